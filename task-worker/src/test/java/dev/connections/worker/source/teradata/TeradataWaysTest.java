package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.SourceConnection;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What any driver in the place of Teradata's is given, and what it never is. */
class TeradataWaysTest {
    private final List<Properties> given = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    void aLoginToAServerThatTlsDoesNotVerifyIsNotGivenToTheDriver(String mode) throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            TaskError error = login(false, TeradataSourceServer.configuration("localhost", server.port(), mode, null));

            assertThat(error).isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, TeradataFailures.UNVERIFIED));
            assertThat(given).isEmpty();
            assertThat(server.wasReached()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "username | ENCRYPTED_PASSWORD(file:/etc/a,file:/etc/b)",
                "password | ENCRYPTED_PASSWORD(file:/etc/a,file:/etc/b)",
                "password | x Encrypted_Password(http://127.0.0.1/a,b)"
            })
    void aCredentialThatNamesAPlaceIsNotGivenToTheDriver(String member, String value) throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            ObjectNode configuration = plain(server);
            configuration.withObject("/credential").put(member, value);

            TaskError error = login(true, configuration);

            assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
            assertThat(error.message()).contains("names of files").doesNotContain("/etc/a", "http:");
            assertThat(given).isEmpty();
        }
    }

    @Test
    void theDriverIsLedToOnePortAndNowhereElse() throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            ObjectNode configuration = plain(server);
            configuration
                    .putObject("properties")
                    .put("LOGMECH", "JWT")
                    .put("TMODE", "ANSI")
                    .put("LOGDATA", "token=stolen")
                    .put("COP", "ON");

            login(true, configuration);

            assertThat(given)
                    .singleElement()
                    .satisfies(properties -> assertThat(properties)
                            .containsEntry("LOGMECH", "TD2")
                            .containsEntry("TMODE", "ANSI")
                            .containsEntry("COP", "OFF")
                            .containsEntry("RUNSTARTUP", "OFF")
                            .containsEntry("NO_JAVA_PROXY", "db+idp")
                            .containsEntry("RECONNECT_COUNT", "0")
                            .containsEntry("REDRIVE", "0")
                            .containsEntry("ENCRYPTDATA", "ON")
                            .containsKey("DBS_PORT")
                            .doesNotContainKey("LOGDATA")
                            .doesNotContainEntry("DBS_PORT", String.valueOf(server.port())));
        }
    }

    @Test
    void whoeverIsToLogInByTheDirectoryDoes() throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            ObjectNode configuration = plain(server);
            configuration.putObject("properties").put("LOGMECH", "LDAP");

            login(true, configuration);

            assertThat(given)
                    .singleElement()
                    .satisfies(properties -> assertThat(properties).containsEntry("LOGMECH", "LDAP"));
        }
    }

    private static ObjectNode plain(FakeServer server) {
        return TeradataSourceServer.configuration("127.0.0.1", server.port(), "DISABLE", null);
    }

    /** The error of a crawl, which is that of a validation too. */
    private TaskError login(boolean unverified, ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(
                Technology.TERADATA,
                dialer -> new TeradataSource(
                        dialer, new TeradataDialect(RefusingDriver::new, TeradataAnswers::new, unverified)),
                configuration)) {
            TaskError error = connection.failedCrawl();
            assertThat(error.message().toUpperCase(Locale.ROOT)).doesNotContain("EXCEPTION");
            return error;
        }
    }

    /** Takes note of what it is given, and refuses it. */
    private final class RefusingDriver implements Driver {
        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            assertThat(url).isEqualTo("jdbc:teradata://127.0.0.1/");
            given.add(info);
            throw new SQLException("refused", "08001");
        }

        @Override
        public boolean acceptsURL(String url) {
            return true;
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 20;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }
}
