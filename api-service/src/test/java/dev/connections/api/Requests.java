package dev.connections.api;

/** Bodies that are valid. */
public final class Requests {
    /** The secret in every body here. */
    public static final String SECRET = "s3cret-that-must-not-show";

    private Requests() {}

    /** Creates a PostgreSQL connection without a first crawl. */
    public static String postgres(String key) {
        return postgres(key, "{}");
    }

    /** Creates a PostgreSQL connection with settings, without a first crawl. */
    public static String postgres(String key, String settings) {
        return """
                {"connectionKey": "%s", "technology": "PostgreSQL",
                 "clientConfiguration": {
                   "host": "db.example.com", "port": 5432, "database": "shop", "tls": {"mode": "REQUIRE"},
                   "properties": {"ApplicationName": "crawler"},
                   "credential": {"authenticationType": "UsernamePassword", "username": "u", "password": "%s"}},
                 "settings": %s,
                 "options": {"crawlOnCreate": false}}""".formatted(key, SECRET, settings);
    }

    /** Creates a Databricks connection with an access token, without a first crawl. */
    public static String databricks(String key) {
        return """
                {"connectionKey": "%s", "technology": "Databricks",
                 "clientConfiguration": {
                   "host": "dbc.example.com", "httpPath": "/sql/1.0",
                   "credential": {"authenticationType": "AccessToken", "token": "%s"}},
                 "options": {"crawlOnCreate": false}}""".formatted(key, SECRET);
    }
}
