package dev.connections.api.http.drain;

import dev.connections.api.http.connector.GuardedProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Moves clients to other replicas before the server stops. It closes the port, so that new clients are refused and can
 * connect to another replica. It continues to serve existing connections and closes each with its next answer. The
 * server's own graceful stop waits for requests in progress, but drops a request that arrives on an idle connection
 * meanwhile.
 */
@Component
final class ConnectionDrain implements SmartLifecycle {
    /** The limit for idle connections; connections in use close sooner. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final long LOOK_EVERY_MS = 20;

    private final ServletWebServerApplicationContext context;
    private volatile boolean running;

    ConnectionDrain(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        List<GuardedProtocol> protocols = protocols();
        long until = System.nanoTime() + LIMIT.toNanos();
        try {
            for (GuardedProtocol protocol : protocols) {
                // First, so that nobody who has seen the port closed is told to keep a connection.
                protocol.setMaxKeepAliveRequests(1);
                protocol.closePort(LIMIT);
                protocol.closeServerSocketGraceful();
            }
            while (protocols.stream().anyMatch(protocol -> protocol.openConnections() > 0)
                    && System.nanoTime() - until < 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Runs before the server's graceful stop. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }

    private List<GuardedProtocol> protocols() {
        if (!(context.getWebServer() instanceof TomcatWebServer server)) {
            return List.of();
        }
        return List.of(server.getTomcat().getService().findConnectors()).stream()
                .map(Connector::getProtocolHandler)
                .filter(GuardedProtocol.class::isInstance)
                .map(GuardedProtocol.class::cast)
                .toList();
    }
}
