package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;

class RunFailuresTest {
    @Test
    void anErrorOfTheContractWinsOverWhatWrapsIt() {
        TaskError known = TaskError.of(ErrorCode.HOST_NOT_ALLOWED, "no");
        assertThat(RunFailures.errorOf(new SQLException(
                        "x", "08001", new IOException("refused", new RunFailedException(known, null)))))
                .isEqualTo(known);
    }

    @Test
    void theWorkersOwnDatabaseIsNotTheSource() {
        assertThat(RunFailures.errorOf(new CannotGetJdbcConnectionException(
                        "x", new SQLException("x", "08001", new ConnectException("Connection refused")))))
                .extracting(TaskError::code, TaskError::retryable)
                .containsExactly(ErrorCode.INTERNAL_ERROR, true);
        assertThat(RunFailures.errorOf(new DuplicateKeyException("x", answer("23505", "duplicate key"))))
                .extracting(TaskError::code, TaskError::retryable)
                .containsExactly(ErrorCode.INTERNAL_ERROR, false);
    }

    @ParameterizedTest
    @CsvSource({
        "25P03, true",
        "55P03, true",
        "57P01, true",
        "XX000, true",
        "22001, false",
        "23505, false",
        "42P01, false"
    })
    void onlyWhatTheDataIsToBlameForIsNotRetriedOnOurOwnDatabase(String state, boolean retryable) {
        assertThat(RunFailures.errorOf(new UncategorizedSQLException("x", null, new SQLException("x", state)))
                        .retryable())
                .isEqualTo(retryable);
    }

    @Test
    void aDefectRevealsNothing() {
        TaskError error = RunFailures.errorOf(new IllegalStateException("secret detail"));
        assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(error.message()).doesNotContain("secret", "Exception");
    }

    private static PSQLException answer(String state, String message) {
        return new PSQLException(new ServerErrorMessage("SFATAL\0C" + state + "\0M" + message + "\0"), false);
    }
}
