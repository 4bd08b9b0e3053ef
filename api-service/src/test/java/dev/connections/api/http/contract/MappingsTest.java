package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.RunningApi;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class MappingsTest {
    @Test
    void thePathsUnderApiAreThoseOfTheContractWithTheSameVariables() {
        Set<String> contract = new ContractDocument()
                .operations().stream()
                        .map(operation -> operation.method() + " " + operation.path())
                        .collect(Collectors.toCollection(TreeSet::new));
        List<String> mapped = RunningApi.get()
                .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(mapping -> mapping.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> mapping.getPatternValues().stream().map(path -> method + " " + path)))
                .filter(mapping -> mapping.contains(" /api/"))
                .toList();
        assertThat(mapped).containsExactlyInAnyOrderElementsOf(contract);
    }
}
