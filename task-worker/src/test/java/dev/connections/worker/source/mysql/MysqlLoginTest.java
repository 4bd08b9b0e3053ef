package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.TlsFinding;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Which logins work over which TLS. */
class MysqlLoginTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE", "VERIFY_CA"})
    @EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
    void anAccountOfMysqlThatProvesItsPasswordLogsInOverAnyTls(String mode) throws Exception {
        MysqlSourceServer server = MysqlServers.mysql();
        String user = account(server, "with mysql_native_password");
        List<Finding> findings = validate(server, user, mode, authorityOf(server));
        assertThat(findings.getFirst().message())
                .contains(mode.equals("DISABLE") ? "nothing it sends is encrypted" : "TLSv1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    @EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
    void anAccountOfMysqlThatGivesItsPasswordAwayNeedsAServerThatIsVerified(String mode) {
        MysqlSourceServer server = MysqlServers.mysql();
        String user = account(server, "with caching_sha2_password");
        TaskError error = failure(server, user, mode, null);
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).contains("VERIFY_CA", "ca.pem");
        assertThat(error.retryable()).isFalse();
    }

    @Test
    @EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
    void aCertificateThatDoesNotNameTheHostIsRefusedWhereItHasTo() {
        MysqlSourceServer server = MysqlServers.mysql();
        String user = account(server, "with caching_sha2_password");
        TaskError error = failure(server, user, "VERIFY_FULL", authorityOf(server));
        assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
        assertThat(error.message()).isEqualTo("the server's certificate does not name the configured host");
    }

    @Test
    @EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
    void anAuthorityThatNobodyTrustsIsRefused() {
        MysqlSourceServer server = MysqlServers.mysql();
        TaskError error = failure(server, MysqlSourceServer.USER, "VERIFY_CA", null);
        assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
        assertThat(error.message()).contains("trusted authority");
    }

    @Test
    void aServerWithoutTlsIsRefusedWhereTlsIsRequired() {
        TaskError error = failure(MysqlServers.mariadb(), MysqlSourceServer.USER, "REQUIRE", null);
        assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
        assertThat(error.message()).isEqualTo(TlsFinding.NOT_OFFERED);
    }

    /** Such names are common among containers; TLS cannot name them. */
    @Test
    void aHostWhoseNameDnsDoesNotAllowIsLookedUpAllTheSame() {
        ObjectNode configuration = configuration(MysqlServers.mariadb(), MysqlSourceServer.USER, "PREFER", null);
        configuration.put("host", "no_such_host-");
        try (SourceConnection connection = new SourceConnection(MysqlServers.mariadb(), configuration)) {
            assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.HOST_UNREACHABLE);
        }
    }

    @Test
    void aDatabaseThatTheAccountDoesNotSeeIsAWarning() throws Exception {
        MysqlSourceServer server = MysqlServers.mariadb();
        ObjectNode configuration = configuration(server, MysqlSourceServer.USER, "DISABLE", null);
        configuration.put("database", "nowhere");
        try (SourceConnection connection = new SourceConnection(server, configuration)) {
            assertThat(connection.validate().getLast().message()).contains("configured database");
        }
    }

    @Test
    void aServerOfTheOtherProductIsNamed() throws Exception {
        MysqlSourceServer mariadb = MysqlServers.mariadb();
        ObjectNode configuration = configuration(mariadb, MysqlSourceServer.USER, "DISABLE", null);
        try (SourceConnection connection = new SourceConnection(Technology.MYSQL, MysqlSource::new, configuration)) {
            assertThat(connection.validate().getLast().message()).contains("the server is MariaDB");
        }
    }

    private static @Nullable String authorityOf(MysqlSourceServer server) {
        return server.configurations(server.port(), "")
                .getFirst()
                .at("/tls/caCertificate")
                .stringValue();
    }

    /** Creates an account, with the secret of the others. */
    private static String account(MysqlSourceServer server, String way) {
        String user = "login" + NUMBER.incrementAndGet();
        server.execute(
                "create user " + user + " identified " + way + " by '" + MysqlSourceServer.SECRET + "'",
                "grant select, show view on *.* to " + user);
        return user;
    }

    private static List<Finding> validate(
            MysqlSourceServer server, String user, String mode, @Nullable String authority) throws Exception {
        try (SourceConnection connection = new SourceConnection(server, configuration(server, user, mode, authority))) {
            return connection.validate();
        }
    }

    /** The error of a validation, which a crawl has too. */
    private static TaskError failure(MysqlSourceServer server, String user, String mode, @Nullable String authority) {
        try (SourceConnection connection = new SourceConnection(server, configuration(server, user, mode, authority))) {
            TaskError validated = connection.failedValidation();
            assertThat(connection.failedCrawl()).isEqualTo(validated);
            return validated;
        }
    }

    /** A server without any database of users shows that it has none, whatever an account may do. */
    private static ObjectNode configuration(
            MysqlSourceServer server, String user, String mode, @Nullable String authority) {
        server.execute("create database if not exists logins");
        ObjectNode configuration = server.configurations(server.port(), "").getFirst();
        configuration.set("tls", MysqlSourceServer.tls(mode, authority));
        configuration.withObject("/credential").put("username", user);
        return configuration;
    }
}
