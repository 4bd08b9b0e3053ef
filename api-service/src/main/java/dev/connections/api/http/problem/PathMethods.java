package dev.connections.api.http.problem;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/** The methods that a path supports: those of controllers, and those of static pages. */
@Component
final class PathMethods {
    private final ObjectProvider<RequestMappingInfoHandlerMapping> controllers;
    private final ObjectProvider<AbstractUrlHandlerMapping> pages;

    PathMethods(
            ObjectProvider<RequestMappingInfoHandlerMapping> controllers,
            ObjectProvider<AbstractUrlHandlerMapping> pages) {
        this.controllers = controllers;
        this.pages = pages;
    }

    /** The methods that the path supports; empty if the path does not exist. */
    Set<HttpMethod> of(String path) {
        PathContainer parsed = PathContainer.parsePath(path);
        Set<HttpMethod> methods = new LinkedHashSet<>();
        for (RequestMappingInfoHandlerMapping mapping : controllers) {
            for (RequestMappingInfo info : mapping.getHandlerMethods().keySet()) {
                if (matches(info, parsed)) {
                    info.getMethodsCondition().getMethods().stream()
                            .map(RequestMethod::asHttpMethod)
                            .forEach(methods::add);
                }
            }
        }
        for (AbstractUrlHandlerMapping mapping : pages) {
            if (matches(mapping.getPathPatternHandlerMap().keySet(), parsed)) {
                methods.add(HttpMethod.GET);
            }
        }
        return methods.isEmpty() ? methods : withImplied(methods);
    }

    /** Includes the methods that Spring answers itself. */
    static Set<HttpMethod> withImplied(Collection<HttpMethod> methods) {
        Set<HttpMethod> all = new LinkedHashSet<>(methods);
        if (all.contains(HttpMethod.GET)) {
            all.add(HttpMethod.HEAD);
        }
        all.add(HttpMethod.OPTIONS);
        return all;
    }

    private static boolean matches(RequestMappingInfo info, PathContainer path) {
        var patterns = info.getPathPatternsCondition();
        return patterns != null && matches(patterns.getPatterns(), path);
    }

    private static boolean matches(Collection<PathPattern> patterns, PathContainer path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path));
    }
}
