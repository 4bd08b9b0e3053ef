package dev.connections.api.http.contract;

import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.api.http.contract.ContractDocument.Parameter;
import dev.connections.api.http.problem.Violation;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Validates the path and query parameters of every request against the contract before its controller is called. */
@Component
class ParameterCheck implements HandlerInterceptor, WebMvcConfigurer {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");

    private final Contract contract;
    private final Map<String, Operation> operations = new HashMap<>();

    ParameterCheck(Contract contract, ContractDocument document) {
        this.contract = contract;
        document.operations().forEach(operation -> operations.put(operation.method() + operation.path(), operation));
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() != DispatcherType.REQUEST) {
            return true;
        }
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        Operation operation =
                operations.get(method + request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        if (operation != null) {
            List<Violation> violations = new ArrayList<>();
            for (Parameter parameter : operation.parameters()) {
                check(operation, parameter, values(request, parameter), violations);
            }
            violations.addAll(unknown(request, operation));
            Contract.refuse(violations);
        }
        return true;
    }

    private void check(Operation operation, Parameter parameter, List<String> values, List<Violation> violations) {
        if (values.size() > 1) {
            violations.add(new Violation(parameter.name(), "appears more than once; send it once"));
            return;
        }
        for (String value : values) {
            String unfit = RequestBody.unfit(value);
            if (unfit != null) {
                violations.add(new Violation(parameter.name(), unfit));
                continue;
            }
            for (Violation violation :
                    contract.violations(Contract.name(operation, parameter), tree(parameter, value), "")) {
                violations.add(new Violation(parameter.name(), violation.detail()));
            }
        }
    }

    /** Ignoring an unknown parameter would do something other than its sender expects. */
    private static List<Violation> unknown(HttpServletRequest request, Operation operation) {
        if (request.getQueryString() == null) {
            return List.of();
        }
        Set<String> known = operation.parameters().stream()
                .filter(parameter -> !parameter.inPath())
                .map(Parameter::name)
                .collect(Collectors.toCollection(TreeSet::new));
        String detail = known.isEmpty()
                ? "is not a known parameter; remove it"
                : "is not a known parameter; use one of  " + String.join(", ", known);
        return request.getParameterMap().keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> new Violation(name, detail))
                .toList();
    }

    private static JsonNode tree(Parameter parameter, String value) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return parameter.isInteger() && INTEGER.matcher(value).matches()
                ? factory.numberNode(Integer.parseInt(value))
                : factory.stringNode(value);
    }

    private static List<String> values(HttpServletRequest request, Parameter parameter) {
        if (parameter.inPath()) {
            String value = pathVariables(request).get(parameter.name());
            return value == null ? List.of() : List.of(value);
        }
        String @Nullable [] values = request.getParameterValues(parameter.name());
        return values == null ? List.of() : List.of(values);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> pathVariables(HttpServletRequest request) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return variables == null ? Map.of() : (Map<String, String>) variables;
    }
}
