package dev.connections.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Set;

/** The data platforms that a connection can lead to, named as the REST contract names them. */
public enum Technology {
    POSTGRESQL("PostgreSQL", 5432, Set.of("ApplicationName", "targetServerType")),
    MYSQL("MySQL", 3306, Set.of("characterEncoding", "connectionTimeZone")),
    MARIADB("MariaDB", 3306, Set.of("characterEncoding", "timezone")),
    SQL_SERVER("SQLServer", 1433, Set.of("applicationName", "instanceName", "multiSubnetFailover")),
    ORACLE("Oracle", 1521, Set.of("oracle.jdbc.timezoneAsRegion", "v$session.program")),
    SNOWFLAKE("Snowflake", 443, Set.of()),
    DATABRICKS("Databricks", 443, Set.of()),
    REDSHIFT("Redshift", 5439, Set.of("applicationName")),
    BIG_QUERY("BigQuery", 443, Set.of()),
    TRINO("Trino", 8080, Set.of("source", "clientTags", "timezone")),
    TERADATA("Teradata", 1025, Set.of("CHARSET", "TMODE", "LOGMECH")),
    GLUE("Glue", 443, Set.of());

    private final String label;
    private final int defaultPort;
    private final Set<String> allowedProperties;

    Technology(String label, int defaultPort, Set<String> allowedProperties) {
        this.label = label;
        this.defaultPort = defaultPort;
        this.allowedProperties = allowedProperties;
    }

    /** The name in the REST contract. */
    @JsonValue
    public String label() {
        return label;
    }

    /** The TCP port that the platform listens on where the configuration names none. */
    public int defaultPort(boolean tls) {
        return this == TRINO && tls ? 8443 : defaultPort;
    }

    /**
     * The extra driver properties that a connection may set. A property is here only where it can neither load a class,
     * read a file of the worker, lead to another host nor weaken TLS.
     */
    public Set<String> allowedProperties() {
        return allowedProperties;
    }

    /** Finds a technology by its name in the contract; throws IllegalArgumentException for any other name. */
    @JsonCreator
    public static Technology of(String label) {
        for (Technology technology : values()) {
            if (technology.label.equals(label)) {
                return technology;
            }
        }
        throw new IllegalArgumentException("unknown technology: " + label);
    }
}
