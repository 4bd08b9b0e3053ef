package dev.connections.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A PostgreSQL server of the same major version as the embedded one, in a container. */
final class PostgresInContainer implements Postgres {
    static final int MAJOR = 18;

    private static final String ACCESS_RULES = "/etc/connections-hba.conf";
    /** Clients come from outside the container, by an address that is not known here. */
    private static final String HBA = """
            local all all trust
            host all postgres all trust
            host all all all scram-sha-256
            """;

    private final PostgreSQLContainer container;

    PostgresInContainer(Map<String, String> settings) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        set(command, "hba_file", ACCESS_RULES);
        set(command, "max_connections", "300");
        set(command, "fsync", "off");
        settings.forEach((name, value) -> set(command, name, value));
        container = new PostgreSQLContainer("postgres:" + MAJOR)
                .withDatabaseName("postgres")
                .withUsername("postgres")
                .withEnv("POSTGRES_INITDB_ARGS", "--locale=C.UTF-8")
                .withCopyToContainer(Transferable.of(HBA), ACCESS_RULES)
                .withCommand(command.toArray(String[]::new));
        container.start();
    }

    @Override
    public int port() {
        return container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
    }

    @Override
    public void close() {
        container.stop();
    }

    private static void set(List<String> command, String name, String value) {
        command.add("-c");
        command.add(name + "=" + value);
    }
}
