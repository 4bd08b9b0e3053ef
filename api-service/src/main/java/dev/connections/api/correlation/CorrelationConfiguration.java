package dev.connections.api.correlation;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CorrelationConfiguration {
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> requestIds() {
        return factory -> factory.addEngineValves(new RequestIdValve());
    }
}
