package dev.connections.api.http.contract;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Treats a media type of quality zero as not acceptable; Spring treats it as the least preferred. */
@Component
class AcceptCheck implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws HttpMediaTypeNotAcceptableException {
        List<MediaType> produced = produced(request);
        if (!produced.isEmpty()) {
            List<MediaType> accepted =
                    MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
            if (!accepted.isEmpty() && produced.stream().noneMatch(type -> isWanted(type, accepted))) {
                throw new HttpMediaTypeNotAcceptableException(produced);
            }
        }
        return true;
    }

    /** The most specific range that includes the type decides. */
    private static boolean isWanted(MediaType type, List<MediaType> accepted) {
        return accepted.stream()
                .filter(range -> range.includes(type))
                .max(Comparator.comparing((MediaType range) -> !range.isWildcardType())
                        .thenComparing(range -> !range.isWildcardSubtype()))
                .map(range -> range.getQualityValue() > 0)
                .orElse(true);
    }

    @SuppressWarnings("unchecked")
    private static List<MediaType> produced(HttpServletRequest request) {
        Object types = request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE);
        return types == null ? List.of() : List.copyOf((Set<MediaType>) types);
    }
}
