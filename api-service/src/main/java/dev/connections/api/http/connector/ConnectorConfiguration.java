package dev.connections.api.http.connector;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/** Sets up the server's connector, after Spring Boot has set what its properties say. */
@Component
final class ConnectorConfiguration implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {
    private final ConnectionLimit limit;

    ConnectorConfiguration(ConnectionLimit limit) {
        this.limit = limit;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(GuardedProtocol.class.getName());
        factory.addConnectorCustomizers(this::customize);
    }

    private void customize(Connector connector) {
        // No method has a body that Tomcat may parse as parameters: the API takes JSON only.
        connector.setParseBodyMethods("");
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
            protocol.setMaxConnections(limit.value());
            // Who waits for 100 Continue sends no body before the login.
            protocol.setContinueResponseTiming("onRead");
            // The time left for a head ends with it; the body has the full time between two reads again.
            protocol.setDisableUploadTimeout(false);
            protocol.setConnectionUploadTimeout(protocol.getConnectionTimeout());
        }
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
