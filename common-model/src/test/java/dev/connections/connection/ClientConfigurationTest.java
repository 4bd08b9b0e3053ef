package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.json.Json;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class ClientConfigurationTest {
    private static final String LOGIN =
            "\"credential\": {\"authenticationType\": \"UsernamePassword\", \"username\": \"crawler\", \"password\": \"s3cret\"}";

    @ParameterizedTest
    @EnumSource(
            names = {"SNOWFLAKE", "DATABRICKS", "BIG_QUERY", "GLUE"},
            mode = EnumSource.Mode.EXCLUDE)
    void aDatabaseServerNeedsOnlyHostAndCredential(Technology technology) {
        ClientConfiguration.DatabaseServer server = server(technology, "{\"host\": \"db\", " + LOGIN + "}");
        assertThat(server.host()).isEqualTo("db");
        assertThat(server.portOr(technology)).isEqualTo(technology.defaultPort(false));
        assertThat(server.tlsMode()).isEqualTo(ClientConfiguration.TlsMode.PREFER);
        assertThat(server.properties()).isEmpty();
        assertThat(server.credential().username()).isEqualTo("crawler");
        assertThat(Objects.requireNonNull(server.credential().password()).reveal())
                .isEqualTo("s3cret");
    }

    @Test
    void aDatabaseServerMayHaveMore() {
        ClientConfiguration.DatabaseServer server = server(Technology.POSTGRESQL, """
                {"host": "db", "port": 6432, "database": "sales", "tls": {"mode": "VERIFY_CA", "caCertificate": "PEM"},
                 "properties": {"ApplicationName": "crawler"},
                 "credential": {"authenticationType": "UsernamePassword", "username": "crawler"}}""");
        assertThat(server.portOr(Technology.POSTGRESQL)).isEqualTo(6432);
        assertThat(server.database()).isEqualTo("sales");
        assertThat(server.tls()).isEqualTo(new ClientConfiguration.Tls(ClientConfiguration.TlsMode.VERIFY_CA, "PEM"));
        assertThat(server.properties()).isEqualTo(Map.of("ApplicationName", "crawler"));
        assertThat(server.credential().password()).isNull();
    }

    @Test
    void trinoHasAnotherPortWithTls() {
        assertThat(server(Technology.TRINO, "{\"host\": \"t\", \"tls\": {\"mode\": \"REQUIRE\"}, " + LOGIN + "}")
                        .portOr(Technology.TRINO))
                .isEqualTo(8443);
        assertThat(server(Technology.TRINO, "{\"host\": \"t\", \"tls\": {\"mode\": \"DISABLE\"}, " + LOGIN + "}")
                        .portOr(Technology.TRINO))
                .isEqualTo(8080);
    }

    @Test
    void snowflakeTakesAKeyPair() {
        ClientConfiguration configuration = read(Technology.SNOWFLAKE, """
                {"host": "acme.snowflakecomputing.com", "warehouse": "W", "role": "R", "credential":
                 {"authenticationType": "KeyPair", "username": "u", "privateKey": {"content": "PEM", "password": "p"}}}""");
        assertThat(configuration).isInstanceOfSatisfying(ClientConfiguration.Snowflake.class, snowflake -> {
            assertThat(snowflake.warehouse()).isEqualTo("W");
            assertThat(snowflake.credential())
                    .isInstanceOfSatisfying(
                            Credential.KeyPair.class,
                            pair -> assertThat(pair.privateKey().content().reveal())
                                    .isEqualTo("PEM"));
        });
    }

    @Test
    void databricksTakesATokenOrOAuth() {
        String format = "{\"host\": \"adb.net\", \"httpPath\": \"/sql/1\", \"credential\": %s}";
        assertThat(read(Technology.DATABRICKS, format.formatted("""
                        {"authenticationType": "AccessToken", "token": "dapi"}""")))
                .isInstanceOfSatisfying(
                        ClientConfiguration.Databricks.class,
                        databricks -> assertThat(databricks.credential()).isInstanceOf(Credential.AccessToken.class));
        assertThat(read(Technology.DATABRICKS, format.formatted("""
                        {"authenticationType": "OAuthWithSecret", "clientId": "c", "clientSecret": "s"}""")))
                .extracting(databricks -> ((ClientConfiguration.Databricks) databricks).credential())
                .isInstanceOf(Credential.OAuthWithSecret.class);
        assertThat(read(Technology.DATABRICKS, format.formatted("""
                        {"authenticationType": "OAuthWithCertificate", "clientId": "c", "authorityUrl": "https://a",
                         "scope": "s", "publicCertificateThumbprint": "t", "privateKey": {"content": "PEM"}}""")))
                .extracting(databricks -> ((ClientConfiguration.Databricks) databricks).credential())
                .isInstanceOf(Credential.OAuthWithCertificate.class);
    }

    @Test
    void bigQueryTakesAServiceAccountKeyAndGlueAnAccessKey() {
        assertThat(read(Technology.BIG_QUERY, """
                        {"projectId": "p", "credential": {"authenticationType": "ServiceAccountKey",
                         "key": {"filename": "k.json", "content": "{}"}}}"""))
                .isInstanceOfSatisfying(
                        ClientConfiguration.BigQuery.class,
                        query -> assertThat(query.credential()).isInstanceOf(Credential.ServiceAccountKey.class));
        assertThat(read(Technology.GLUE, """
                        {"region": "eu-central-1", "credential": {"authenticationType": "AccessKey",
                         "accessKeyId": "AKIA", "secretAccessKey": "s"}}"""))
                .isInstanceOfSatisfying(
                        ClientConfiguration.Glue.class,
                        glue -> assertThat(glue.credential()).isInstanceOf(Credential.AccessKey.class));
    }

    @Test
    void aConfigurationPrintsAndWritesNoSecret() {
        ClientConfiguration.DatabaseServer server = server(Technology.MYSQL, "{\"host\": \"db\", " + LOGIN + "}");
        assertThat(server.toString()).contains("crawler", "password=[REDACTED]").doesNotContain("s3cret");
        assertThat(Json.write(server)).doesNotContain("s3cret");
        assertThat(new Secret("s3cret")).hasToString("[REDACTED]");
        assertThat(new Secret("s3cret").reveal()).isEqualTo("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4711", "true", "{\"s3cret\": 4711}", "[\"s3cret\", 4711]"})
    void aSecretThatIsNoStringIsRefusedWithoutQuotingIt(String password) {
        String text = "{\"host\": \"db\", " + LOGIN.replace("\"s3cret\"", password) + "}";
        assertThatThrownBy(() -> server(Technology.MYSQL, text))
                .isInstanceOf(JacksonException.class)
                .hasMessageNotContainingAny("s3cret", "4711");
    }

    @ParameterizedTest
    @EnumSource
    void aTechnologyHasTheNameOfTheContractInJson(Technology technology) {
        String json = "\"" + technology.label() + "\"";
        assertThat(Json.write(technology)).isEqualTo(json);
        assertThat(Json.read(json, Technology.class)).isEqualTo(technology);
        assertThat(Technology.of(technology.label())).isEqualTo(technology);
    }

    @Test
    void theContractKnowsTheseTechnologies() {
        assertThat(Technology.values())
                .extracting(Technology::label)
                .containsExactly(
                        "PostgreSQL",
                        "MySQL",
                        "MariaDB",
                        "SQLServer",
                        "Oracle",
                        "Snowflake",
                        "Databricks",
                        "Redshift",
                        "BigQuery",
                        "Trino",
                        "Teradata",
                        "Glue");
        assertThatThrownBy(() -> Technology.of("POSTGRESQL")).hasMessage("unknown technology: POSTGRESQL");
    }

    private static ClientConfiguration read(Technology technology, String json) {
        return ClientConfiguration.read(technology, Json.tree(json));
    }

    private static ClientConfiguration.DatabaseServer server(Technology technology, String json) {
        return (ClientConfiguration.DatabaseServer) read(technology, json);
    }
}
