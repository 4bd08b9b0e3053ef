package dev.connections.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.connections.connection.PropertyRule.CharacterSet;
import dev.connections.connection.PropertyRule.OneOf;
import dev.connections.connection.PropertyRule.Text;
import dev.connections.connection.PropertyRule.TimeZone;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kinds of sources, named as in the REST contract. */
public enum Technology {
    POSTGRESQL("PostgreSQL", 5432, Map.of("ApplicationName", new Text(63), "targetServerType", Words.POSTGRESQL_ROLE)),
    MYSQL("MySQL", 3306, Map.of("characterEncoding", new CharacterSet(), "connectionTimeZone", Words.MYSQL_ZONE)),
    MARIADB("MariaDB", 3306, Map.of("timezone", Words.MARIADB_ZONE)),
    // Not instanceName: the driver looks it up by UDP, at an address that nothing has checked.
    SQL_SERVER(
            "SQLServer", 1433, Map.of("applicationName", new Text(128), "multiSubnetFailover", PropertyRule.BOOLEAN)),
    ORACLE(
            "Oracle",
            1521,
            Map.of("oracle.jdbc.timezoneAsRegion", PropertyRule.BOOLEAN, "v$session.program", new Text(48))),
    SNOWFLAKE("Snowflake", 443, Map.of()),
    DATABRICKS("Databricks", 443, Map.of()),
    REDSHIFT("Redshift", 5439, Map.of("applicationName", new Text(63))),
    BIG_QUERY("BigQuery", 443, Map.of()),
    TRINO(
            "Trino",
            8080,
            Map.of("source", new Text(128), "clientTags", new Text(256), "timezone", new TimeZone(List.of()))),
    TERADATA(
            "Teradata",
            1025,
            Map.of(
                    "CHARSET", Words.TERADATA_CHARSET,
                    "TMODE", new OneOf(List.of("DEFAULT", "ANSI", "TERA")),
                    // The other values read files or tickets of the worker.
                    "LOGMECH", new OneOf(List.of("TD2", "LDAP")))),
    GLUE("Glue", 443, Map.of());

    private final String label;
    private final int defaultPort;
    private final Map<String, PropertyRule> propertyRules;

    Technology(String label, int defaultPort, Map<String, PropertyRule> propertyRules) {
        this.label = label;
        this.defaultPort = defaultPort;
        this.propertyRules = propertyRules;
    }

    /** The name in the REST contract. */
    @JsonValue
    public String label() {
        return label;
    }

    /** The TCP port that applies if the configuration names none. */
    public int defaultPort(boolean tls) {
        return this == TRINO && tls ? 8443 : defaultPort;
    }

    /**
     * The extra driver properties that a connection may set. A property is listed only if it cannot load a class, read
     * a file of the worker, redirect to another host or weaken TLS.
     */
    public Set<String> allowedProperties() {
        return propertyRules.keySet();
    }

    /** The rules for the values of the allowed properties, by name. */
    public Map<String, PropertyRule> propertyRules() {
        return propertyRules;
    }

    /** Whether a connection may set the driver property to the value. */
    public boolean allows(String name, String value) {
        PropertyRule rule = propertyRules.get(name);
        return rule != null && rule.accepts(value);
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

    /** The keywords that drivers accept. */
    private static final class Words {
        static final PropertyRule POSTGRESQL_ROLE = new OneOf(List.of(
                "any", "primary", "secondary", "preferPrimary", "preferSecondary", "master", "slave", "preferSlave"));
        static final PropertyRule MYSQL_ZONE = new TimeZone(List.of("LOCAL", "SERVER"));
        static final PropertyRule MARIADB_ZONE = new TimeZone(List.of("disable", "LOCAL", "SERVER"));
        static final PropertyRule TERADATA_CHARSET = new OneOf(List.of(
                "UTF8",
                "UTF16",
                "ASCII",
                "LATIN1252_0A",
                "EBCDIC037_0E",
                "EBCDIC273_0E",
                "EBCDIC277_0E",
                "HANGULEBCDIC933_1II",
                "HANGULKSC5601_2R4",
                "KANJIEBCDIC5026_0I",
                "KANJIEBCDIC5035_0I",
                "KANJIEUC_0U",
                "KANJISJIS_0S",
                "SCHEBCDIC935_2IJ",
                "SCHGB2312_1T0",
                "TCHBIG5_1R0",
                "TCHEBCDIC937_3IB"));
    }
}
