package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.problem.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContractTest {
    private static final String DATABRICKS = """
            {"connectionKey": "k", "technology": "Databricks",
             "clientConfiguration": {"host": "h", "httpPath": "/p", "credential": %s}}""";

    private final Contract contract = new Contract(new ContractDocument());

    @Test
    void aWrongRequestNamesEveryMemberThatIsWrong() {
        assertThat(pointers("CreateConnectionRequest", """
                {"connectionKey": "k", "technology": "PostgreSQL", "clientConfiguration":
                {"host": "", "port": 70000, "colour": 1, "tls": {"mode": "YES"},
                 "credential": {"authenticationType": "UsernamePassword", "password": 5}}}"""))
                .containsExactlyInAnyOrder(
                        "/clientConfiguration/host",
                        "/clientConfiguration/port",
                        "/clientConfiguration/colour",
                        "/clientConfiguration/tls/mode",
                        "/clientConfiguration/credential/username",
                        "/clientConfiguration/credential/password");
    }

    @Test
    void anUnknownTechnologyIsNamedBesideTheWrongPort() {
        assertThat(pointers("CreateConnectionRequest", """
                {"connectionKey": "k", "technology": "Foo", "clientConfiguration": {"host": "h", "port": 0}}"""))
                .containsExactlyInAnyOrder("/technology", "/clientConfiguration/port");
    }

    @Test
    void theAuthenticationTypeSelectsTheCredential() {
        assertThat(pointers("CreateConnectionRequest", DATABRICKS.formatted("""
                {"authenticationType": "AccessToken"}""")))
                .containsExactly("/clientConfiguration/credential/token");
        assertThat(violations("CreateConnectionRequest", DATABRICKS.formatted("""
                {"authenticationType": "KeyPair", "username": "u"}""")))
                .containsExactly(new Violation(
                        "/clientConfiguration/credential/authenticationType",
                        "must be one of AccessToken, OAuthWithSecret, OAuthWithCertificate"));
        assertThat(pointers("CreateConnectionRequest", DATABRICKS.formatted("""
                {"authenticationType": "OAuthWithSecret", "clientId": "c", "clientSecret": "s",
                 "authorityUrl": "no uri"}""")))
                .containsExactly("/clientConfiguration/credential/authorityUrl");
    }

    @Test
    void whatMustBeIsSaidInPlainWords() {
        assertThat(violations("CreateConnectionRequest", DATABRICKS.formatted("""
                {"authenticationType": "OAuthWithSecret", "clientId": "c", "clientSecret": "s",
                 "authorityUrl": "no uri"}""")))
                .extracting(Violation::detail)
                .containsExactly("must be a URI with its scheme, such as https://host/path");
        assertThat(violations("ConnectionSettings", """
                {"crawl": {"schedule": 5, "include": "x"}, "newObjectActivation": []}"""))
                .extracting(Violation::detail)
                .contains("must be a string or null", "must be an array")
                .noneMatch(detail -> detail.contains("string,"));
    }

    @Test
    void aSearchIsRefusedWithWhatItsConnectionFilterLacks() {
        assertThat(pointers("SearchDataObjectsRequest", """
                {"connection": {"host": "h"}, "dataObject": {"name": "n"}}""")).containsExactly("/connection/technology");
        assertThat(pointers("SearchDataObjectsRequest", """
                {"connection": {"connectionKey": "k", "host": "h"}, "dataObject": {}, "limit": 0}"""))
                .containsExactlyInAnyOrder("/connection/host", "/dataObject", "/limit");
    }

    @Test
    void aKeyWithALineBreakAtItsEndIsNoKey() {
        assertThat(pointers("CreateTaskRequest", "{\"type\": \"CRAWL\\n\"}")).containsExactly("/type");
        assertThat(pointers("CreateConnectionRequest", """
                {"connectionKey": "k\\n", "technology": "Glue", "clientConfiguration": {"region": "r",
                 "credential": {"authenticationType": "AccessKey", "accessKeyId": "a", "secretAccessKey": "s"}}}""")).containsExactly("/connectionKey");
    }

    @Test
    void aNumberWithoutAFractionIsAnInteger() {
        byte[] body = bytes("""
                {"dataObject": {"name": "n"}, "limit": 5.0}""");
        assertThat(contract.validate("SearchDataObjectsRequest", body)
                        .path("limit")
                        .isIntegralNumber())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"type\":\"CRAWL\"} x",
                "{\"type\":\"CRAWL\"}{}",
                "nonsense",
                "{'type':'CRAWL'}",
                "[]",
                "null",
                "5",
                "\"CRAWL\"",
                "{\"type\": NaN}",
                "{\"type\":\"CRAWL\",}",
                "{\"type\":\"\\ud800\"}",
                "{\"type\":\"a\\u0000\"}",
                "{\"type\":1e999999999}",
                "{\"type\":99999999999999999999999999}",
                "{\"type\":\"CRAWL\",\"type\":\"CRAWL\"}",
                "{\"type\":null}",
                "{\"type\":\"CRAWL\",\"input\":null}"
            })
    void whatIsNotATaskRequestIsRefused(String body) {
        assertThat(violations("CreateTaskRequest", body)).hasSize(1);
    }

    @Test
    void aHugeExponentCostsNoTime() {
        assertThat(pointers("SearchDataObjectsRequest", """
                {"dataObject": {"name": "n"}, "limit": 1e99999999}""")).containsExactly("/limit");
        assertThat(pointers("SearchDataObjectsRequest", """
                {"dataObject": {"name": "n"}, "limit": 1e300}""")).containsExactly("/limit");
        assertThat(pointers("SearchDataObjectsRequest", """
                {"dataObject": {"name": "n"}, "limit": 1.5}""")).containsExactly("/limit");
    }

    @Test
    void aDeepBodyIsRefused() {
        assertThat(violations("CreateTaskRequest", "[".repeat(100_000))).hasSize(1);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        InvalidRequestException refused = catchThrowableOfType(
                InvalidRequestException.class,
                () -> contract.validate("CreateTaskRequest", "{\"type\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(refused.violations()).hasSize(1);
    }

    private List<String> pointers(String schema, String body) {
        return violations(schema, body).stream().map(Violation::pointer).toList();
    }

    private List<Violation> violations(String schema, String body) {
        InvalidRequestException refused =
                catchThrowableOfType(InvalidRequestException.class, () -> contract.validate(schema, bytes(body)));
        assertThat(refused).as("validated: " + body).isNotNull();
        return refused.violations();
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
