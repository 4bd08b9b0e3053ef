package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.Target;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.mock.env.MockEnvironment;

class PostgresFailuresTest {
    @ParameterizedTest
    @CsvSource({
        "28P01, AUTHENTICATION_FAILED, false",
        "28000, AUTHENTICATION_FAILED, false",
        "42501, PERMISSION_DENIED, false",
        "3D000, REMOTE_ERROR, false",
        "42P01, REMOTE_ERROR, false",
        "53300, REMOTE_ERROR, true",
        "57P01, REMOTE_ERROR, true",
        "57P03, REMOTE_ERROR, true",
        "40P01, REMOTE_ERROR, true",
        "40001, REMOTE_ERROR, true",
        "08006, REMOTE_ERROR, true",
        "08P01, REMOTE_ERROR, true",
        "55P03, REMOTE_ERROR, true",
        "25P03, REMOTE_ERROR, true"
    })
    void whatTheServerAnswersGoesByItsState(String state, ErrorCode code, boolean retryable) {
        assertThat(errorOf(answer(state, "so it is"))).isEqualTo(new TaskError(code, "so it is", retryable));
    }

    @ParameterizedTest
    @MethodSource("networkFailures")
    void theDriversExceptionGoesByItsCause(IOException cause, ErrorCode code, boolean retryable) {
        TaskError error = errorOf(
                new PSQLException("The connection attempt failed.", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause));
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.retryable()).isEqualTo(retryable);
        assertThat(error.message()).doesNotContain("Exception", "java.");
    }

    static Stream<Arguments> networkFailures() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), ErrorCode.CONNECTION_REFUSED, true),
                Arguments.of(new ConnectException("Connection timed out"), ErrorCode.TIMEOUT, true),
                Arguments.of(new ConnectException("Network is unreachable"), ErrorCode.HOST_UNREACHABLE, true),
                Arguments.of(new SocketException("Network is unreachable"), ErrorCode.HOST_UNREACHABLE, true),
                Arguments.of(new NoRouteToHostException("No route to host"), ErrorCode.HOST_UNREACHABLE, true),
                Arguments.of(new UnknownHostException("nowhere"), ErrorCode.HOST_UNREACHABLE, true),
                Arguments.of(new SocketTimeoutException("Read timed out"), ErrorCode.TIMEOUT, true),
                Arguments.of(new EOFException(), ErrorCode.REMOTE_ERROR, true),
                Arguments.of(new SocketException("Connection reset"), ErrorCode.REMOTE_ERROR, true),
                Arguments.of(
                        new SSLHandshakeException("x: sun.security.SomeException: y"), ErrorCode.TLS_FAILED, false),
                Arguments.of(new SSLHandshakeException("Received fatal alert"), ErrorCode.TLS_FAILED, false));
    }

    @Test
    void whatTheSourceSaysBecomesOneStorableLine() {
        assertThat(errorOf(answer("XX000", "a\nb\u0007c\ud800d")).message()).isEqualTo("a b c?d");
        assertThat(errorOf(answer("XX000", "\ud83d\ude00".repeat(5_000))).message())
                .isEqualTo("\ud83d\ude00".repeat(2_000));
        assertThat(errorOf(answer("XX000", "")).message())
                .isEqualTo("the source answered with an error (SQLSTATE XX000)");
    }

    private static TaskError errorOf(Exception thrown) {
        SourceDialer dialer =
                new SourceDialer(new NetworkProperties(true, Duration.ofSeconds(1)), new MockEnvironment(), Set::of);
        Execution execution = Target.postgres(1).execution(TaskType.CRAWL);
        return catchThrowableOfType(
                        RunFailedException.class,
                        () -> SourceFailures.translated(new PostgresSource(dialer), execution, () -> {
                            throw thrown;
                        }))
                .error();
    }

    private static PSQLException answer(String state, String message) {
        return new PSQLException(new ServerErrorMessage("SFATAL\0C" + state + "\0M" + message + "\0"), false);
    }
}
