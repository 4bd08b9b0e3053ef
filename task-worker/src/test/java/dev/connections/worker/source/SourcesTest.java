package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.RunFailedException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourcesTest {
    @ParameterizedTest
    @EnumSource(Technology.class)
    void aTechnologyThatIsMissingIsRefusedByItsName(Technology technology) {
        Target target = Target.postgres(1).as(technology);
        TaskError error = catchThrowableOfType(
                        RunFailedException.class,
                        () -> new Sources(List.of()).probe(target.execution(TaskType.VALIDATE)))
                .error();
        assertThat(error.code()).isEqualTo(ErrorCode.DRIVER_UNAVAILABLE);
        assertThat(error.message()).contains(technology.label());
    }
}
