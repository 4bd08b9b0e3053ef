package dev.connections.worker.platform;

import dev.connections.connection.ClientConfiguration;
import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.Secret;
import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.RunFailures;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Reaches the platforms of users: only at permitted addresses, within a hard time limit, until the execution stops. */
@Component
@EnableConfigurationProperties(NetworkProperties.class)
public final class PlatformConnector {
    private final AddressGuard guard;
    private final Duration limit;

    /** Takes the platform's own services, which no connection may reach, from the environment. */
    public PlatformConnector(NetworkProperties network, Environment environment) {
        this.guard = new AddressGuard(network.allowPrivate(), OwnServices.of(environment));
        this.limit = network.connectTimeout();
    }

    /**
     * Opens the secrets of the execution's connection.
     *
     * @throws RunFailedException at once where no worker can reach the technology
     */
    public DatabaseServer configuration(Execution execution) {
        requireDriver(execution.target().technology());
        return switch (execution.clientConfiguration()) {
            case DatabaseServer server -> server;
            case ClientConfiguration.Snowflake other -> throw unsupported(Technology.SNOWFLAKE);
            case ClientConfiguration.Databricks other -> throw unsupported(Technology.DATABRICKS);
            case ClientConfiguration.BigQuery other -> throw unsupported(Technology.BIG_QUERY);
            case ClientConfiguration.Glue other -> throw unsupported(Technology.GLUE);
        };
    }

    /**
     * Logs in to the platform.
     *
     * @param database the database to log in to; null for the configured one or else the technology's default
     * @throws RunFailedException whose error says why no login came about; it holds no secret. It blames the connection
     *     unless a database was asked for, which that may not be able to help
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public PlatformConnection open(Execution execution, DatabaseServer server, @Nullable String database) {
        requireDriver(execution.target().technology());
        try {
            return login(execution, server, database);
        } catch (RunFailedException e) {
            // A defect of the worker is nothing that the connection could be blamed for.
            boolean blamed = database == null && e.error().code() != ErrorCode.INTERNAL_ERROR;
            throw blamed ? RunFailedException.notConnected(e.error(), e.getCause()) : e;
        }
    }

    private PlatformConnection login(Execution execution, DatabaseServer server, @Nullable String database) {
        PlatformHost host = host(execution, server);
        Dial dial = dial(server);
        Connection jdbc = dialled(
                execution,
                server.credential().password(),
                () -> dial.within(limit, execution, () -> {
                    // Before anything is sent: the driver asks for it only when the server offers TLS.
                    dial.tls();
                    return PostgresLogin.connect(host, server, database, limit);
                }));
        return new PlatformConnection(execution, jdbc, dial);
    }

    /**
     * Opens a TCP connection to the platform and says nothing yet.
     *
     * @throws RunFailedException whose error says why no connection came about
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public PlatformReach reach(Execution execution, DatabaseServer server) {
        requireDriver(execution.target().technology());
        PlatformHost host = host(execution, server);
        Dial dial = dial(server);
        return dialled(
                execution,
                null,
                () -> dial.within(limit, execution, () -> PlatformReach.connect(dial, host, limit, execution)));
    }

    private Dial dial(DatabaseServer server) {
        return new Dial(guard, () -> PlatformTls.of(server.tlsMode(), server.tls()));
    }

    private static PlatformHost host(Execution execution, DatabaseServer server) {
        return PlatformHost.of(server.host(), server.portOr(execution.target().technology()));
    }

    static <T> T dialled(Execution execution, @Nullable Secret password, Callable<T> attempt) {
        try {
            return attempt.call();
        } catch (CancellationException e) {
            throw e;
        } catch (Exception e) {
            execution.checkNotStopped();
            throw failure(e, password);
        }
    }

    /** A hostile server can send the password back in its error. */
    private static RunFailedException failure(Exception e, @Nullable Secret password) {
        TaskError error = RunFailures.errorOf(e);
        String secret = password == null ? "" : password.reveal();
        if (secret.isEmpty() || !error.message().contains(secret)) {
            return new RunFailedException(error, e);
        }
        return new RunFailedException(
                new TaskError(error.code(), error.message().replace(secret, "[REDACTED]"), error.retryable()), null);
    }

    private static void requireDriver(Technology technology) {
        switch (technology) {
            case POSTGRESQL -> {}
            case MYSQL, MARIADB, SQL_SERVER, ORACLE, REDSHIFT, TRINO, TERADATA ->
                throw new RunFailedException(
                        ErrorCode.DRIVER_UNAVAILABLE,
                        "the driver for " + technology.label()
                                + " is not installed on the workers; run the task again once they have it",
                        null);
            case SNOWFLAKE, DATABRICKS, BIG_QUERY, GLUE -> throw unsupported(technology);
        }
    }

    private static RunFailedException unsupported(Technology technology) {
        return new RunFailedException(
                ErrorCode.UNSUPPORTED_TECHNOLOGY,
                technology.label() + " can be registered but not yet validated or crawled;"
                        + " deactivate the connection until a release supports it",
                null);
    }
}
