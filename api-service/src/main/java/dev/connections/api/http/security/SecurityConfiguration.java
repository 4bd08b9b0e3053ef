package dev.connections.api.http.security;

import dev.connections.api.http.contract.ContractDocument;
import dev.connections.api.http.contract.ContractDocument.Operation;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.web.OAuth2ProtectedResourceMetadataFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final Set<String> CREATIONS = Set.of("createTask", "createTasks");

    private static final String[] OPEN = {
        "/actuator/health",
        "/actuator/health/**",
        "/v3/api-docs",
        "/v3/api-docs.yaml",
        "/v3/asyncapi-docs",
        "/v3/asyncapi-docs.yaml",
        "/swagger-ui",
        "/swagger-ui/**"
    };

    /** Open paths ignore the token, even if it is expired or invalid. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityFilterChain openSecurityFilterChain(HttpSecurity http) throws Exception {
        PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
        List<RequestMatcher> open = Stream.of(OPEN)
                .<RequestMatcher>mapMulti((path, matchers) -> {
                    matchers.accept(paths.matcher(HttpMethod.GET, path));
                    matchers.accept(paths.matcher(HttpMethod.HEAD, path));
                })
                .toList();
        return http.securityMatcher(new OrRequestMatcher(open))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    SecurityFilterChain securityFilterChain(HttpSecurity http, ContractDocument contract, Refusals refusals)
            throws Exception {
        DefaultSecurityFilterChain chain = http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> {
                    requests.requestMatchers("/error").permitAll();
                    contract.operations().forEach(operation -> require(requests, operation));
                    requests.requestMatchers("/actuator/**").hasAuthority(Scope.MANAGE.authority());
                    requests.anyRequest().authenticated();
                })
                .oauth2ResourceServer(server ->
                        server.jwt(jwt -> {}).authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .build();
        // It would answer without a token and describe this service incorrectly.
        List<Filter> filters = chain.getFilters().stream()
                .filter(filter -> !(filter instanceof OAuth2ProtectedResourceMetadataFilter))
                .toList();
        return new DefaultSecurityFilterChain(chain.getRequestMatcher(), filters);
    }

    /** Whichever way the configuration says that tokens are verified. */
    @Bean
    static BeanPostProcessor tokensAreVerifiedOnce() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof JwtDecoder decoder ? new VerifiedTokens(decoder) : bean;
            }
        };
    }

    /** Timing each filter costs more than the filter itself; http.server.requests measures whole requests. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    private static void require(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests,
            Operation operation) {
        // The body decides which of two scopes is needed; its controller checks it.
        String[] scopes = CREATIONS.contains(operation.id())
                ? new String[] {Scope.authority(operation.requiredScope()), Scope.MANAGE.authority()}
                : new String[] {Scope.authority(operation.requiredScope())};
        requests.requestMatchers(operation.method(), operation.path()).hasAnyAuthority(scopes);
        if (operation.method().equals(HttpMethod.GET)) {
            requests.requestMatchers(HttpMethod.HEAD, operation.path()).hasAnyAuthority(scopes);
        }
    }
}
