package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.SecretSealer;
import dev.connections.task.TaskType;
import dev.connections.worker.source.Target;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoggedFailureTest {
    private static final String SECRET = "s3cret-of-app";

    private final Execution execution = Target.postgres(1).execution(TaskType.CRAWL);

    static Stream<Exception> failuresThatRepeatTheSecret() {
        Exception suppressing = new IllegalStateException("closed");
        suppressing.addSuppressed(new IllegalStateException("you sent " + SECRET));
        return Stream.of(
                new NumberFormatException("For input string: \"" + SECRET + "\""),
                new IllegalStateException("no number", new NumberFormatException("not a number: " + SECRET)),
                suppressing);
    }

    @ParameterizedTest
    @MethodSource("failuresThatRepeatTheSecret")
    void isLoggedWithoutMessagesIfOneRepeatsASecret(Exception thrown) {
        Throwable logged = LoggedFailure.of(thrown, execution);
        assertThat(printed(logged)).doesNotContain(SECRET);
        assertThat(logged).hasMessageContaining(thrown.getClass().getName());
        assertThat(logged.getStackTrace()).isEqualTo(thrown.getStackTrace());
    }

    @Test
    void isLoggedAsItIsOtherwise() {
        Exception thrown = new IllegalStateException("a defect");
        assertThat(LoggedFailure.of(thrown, execution)).isSameAs(thrown);
    }

    @Test
    void isLoggedAsItIsWhereTheSecretsDoNotOpen() {
        Execution other = new Execution(
                execution.run(), execution.target(), new SecretSealer(SecretSealer.newKeyset()), Limits.DEFAULT);
        Exception thrown = new IllegalStateException("cannot open a secret");
        assertThat(LoggedFailure.of(thrown, other)).isSameAs(thrown);
    }

    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
