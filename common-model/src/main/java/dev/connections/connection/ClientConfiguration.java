package dev.connections.connection;

import dev.connections.json.Json;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a worker reaches a source and logs in, with secrets in clear. The technology selects the variant. */
public sealed interface ClientConfiguration {
    /** Parses a configuration whose secrets have been opened. */
    static ClientConfiguration read(Technology technology, JsonNode opened) {
        return switch (technology) {
            case POSTGRESQL, MYSQL, MARIADB, SQL_SERVER, ORACLE, REDSHIFT, TRINO, TERADATA ->
                Json.convert(opened, DatabaseServer.class);
            case SNOWFLAKE -> Json.convert(opened, Snowflake.class);
            case DATABRICKS -> Json.convert(opened, Databricks.class);
            case BIG_QUERY -> Json.convert(opened, BigQuery.class);
            case GLUE -> Json.convert(opened, Glue.class);
        };
    }

    /** A database server with host, port and a login. */
    record DatabaseServer(
            String host,
            @Nullable Integer port,
            @Nullable String database,
            @Nullable Tls tls,
            @Nullable Map<String, String> properties,
            Credential.UsernamePassword credential)
            implements ClientConfiguration {
        public DatabaseServer {
            properties = properties == null ? Map.of() : Map.copyOf(properties);
        }

        /** The TCP port; the technology's default if none is configured. */
        public int portOr(Technology technology) {
            return Objects.requireNonNullElseGet(
                    port, () -> technology.defaultPort(tlsMode().isCertain()));
        }

        /** The TLS mode; PREFER if none is configured. */
        public TlsMode tlsMode() {
            return tls == null ? TlsMode.PREFER : tls.mode();
        }
    }

    /** A Snowflake account. */
    record Snowflake(
            String host,
            @Nullable Integer port,
            @Nullable String warehouse,
            @Nullable String role,
            @Nullable String database,
            Credential credential)
            implements ClientConfiguration {}

    /** A Databricks workspace. */
    record Databricks(
            String host,
            @Nullable Integer port,
            String httpPath,
            @Nullable String catalog,
            Credential credential) implements ClientConfiguration {}

    /** A Google Cloud project. */
    record BigQuery(String projectId, Credential credential) implements ClientConfiguration {}

    /** A Glue data catalog. */
    record Glue(String region, @Nullable String catalogId, Credential credential) implements ClientConfiguration {}

    /**
     * The required TLS protection.
     *
     * @param caCertificate PEM for VERIFY_CA and VERIFY_FULL; null for the JVM's trust store
     */
    record Tls(TlsMode mode, @Nullable String caCertificate) {}

    /** From no TLS at all to a certificate that names the host. */
    enum TlsMode {
        DISABLE,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL;

        /** Whether nothing is sent without encryption. */
        public boolean isCertain() {
            return this != DISABLE && this != PREFER;
        }

        /** Whether the server has to prove who it is before anything is sent. */
        public boolean isVerified() {
            return this == VERIFY_CA || this == VERIFY_FULL;
        }
    }
}
