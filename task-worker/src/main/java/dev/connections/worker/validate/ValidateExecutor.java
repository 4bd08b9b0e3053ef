package dev.connections.worker.validate;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import dev.connections.worker.health.ConnectionHealthStore;
import dev.connections.worker.platform.PlatformConnection;
import dev.connections.worker.platform.PlatformConnector;
import dev.connections.worker.platform.PlatformReach;
import dev.connections.worker.validate.CheckList.Finding;
import dev.connections.worker.validate.ValidateResult.Name;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Validates a connection in four checks: network path, TLS, login, privileges. */
@Component
final class ValidateExecutor implements TaskExecutor {
    private final PlatformConnector connector;

    ValidateExecutor(PlatformConnector connector) {
        this.connector = connector;
    }

    @Override
    public TaskType type() {
        return TaskType.VALIDATE;
    }

    @Override
    public Outcome execute(Execution execution) throws Exception {
        CheckList checks = new CheckList();
        try (Steps steps = new Steps(execution, connector.configuration(execution))) {
            for (Name name : Name.values()) {
                execution.progress(name.name(), 0, null);
                checks.check(name, () -> steps.take(name));
                execution.checkNotStopped();
            }
        }
        return outcome(execution, checks.result(), checks.error());
    }

    private static Outcome outcome(Execution execution, ValidateResult result, @Nullable TaskError error) {
        UUID connection = execution.target().connectionId();
        boolean scheduled = execution.run().trigger() == TaskTrigger.SCHEDULED;
        if (error == null) {
            return new Outcome.Succeeded(jdbc -> {
                ConnectionHealthStore.validated(jdbc, connection, scheduled);
                return result;
            });
        }
        return new Outcome.Failed(error, jdbc -> {
            ConnectionHealthStore.unhealthy(jdbc, connection, error);
            return result;
        });
    }

    /** The checks of one run; each leaves open what the next one goes on with. */
    private final class Steps implements AutoCloseable {
        private final Execution execution;
        private final DatabaseServer server;
        private @Nullable PlatformReach reach;
        private @Nullable PlatformConnection login;

        Steps(Execution execution, DatabaseServer server) {
            this.execution = execution;
            this.server = server;
        }

        Finding take(Name name) throws Exception {
            return switch (name) {
                case NETWORK -> network();
                case TLS -> tls();
                case AUTHENTICATION -> authentication();
                case PRIVILEGES -> privileges();
            };
        }

        private Finding network() {
            reach = connector.reach(execution, server);
            return Finding.passed(null);
        }

        private Finding tls() {
            PlatformReach reached = reach;
            if (server.tlsMode() == TlsMode.DISABLE || reached == null) {
                return Finding.skipped("the connection's TLS mode is DISABLE: nothing it sends is encrypted");
            }
            Optional<String> protocol = reached.negotiateTls(server.tlsMode());
            return protocol.map(version -> Finding.passed(version + ", " + verified()))
                    .orElseGet(() -> Finding.warning("the server offers no TLS; with the mode PREFER the connection"
                            + " goes on without, and nothing it sends is encrypted"));
        }

        private String verified() {
            return switch (server.tlsMode()) {
                case DISABLE, PREFER, REQUIRE -> "the server's certificate is not verified";
                case VERIFY_CA -> "the server's certificate was issued by a trusted authority";
                case VERIFY_FULL -> "the server's certificate was issued by a trusted authority and names the host";
            };
        }

        private Finding authentication() {
            PlatformReach reached = reach;
            if (reached != null) {
                // Servers count connections: the login takes the place of the probe.
                reached.close();
            }
            login = connector.open(execution, server, null);
            return Finding.passed(null);
        }

        private Finding privileges() throws Exception {
            PlatformConnection session = login;
            return session == null
                    ? Finding.skipped("nobody is logged in")
                    : new PostgresPrivileges(
                                    session.jdbc(),
                                    execution.target().settings().crawl().patterns())
                            .look();
        }

        @Override
        public void close() {
            if (reach != null) {
                reach.close();
            }
            if (login != null) {
                login.close();
            }
        }
    }
}
