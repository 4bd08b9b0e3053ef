package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.ConnectionState;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NewTaskTest {
    private static final UUID SOMETHING = new UUID(1, 2);

    @ParameterizedTest
    @EnumSource(names = {"CRAWL", "VALIDATE"})
    void workBeginsOnConnectionsInUse(TaskType type) {
        assertThat(task(type, TaskInput.DEFAULT, null).allowedStates())
                .containsExactlyInAnyOrder(ConnectionState.ACTIVE, ConnectionState.UNHEALTHY);
    }

    @Test
    void thePartsOfACrawlBeginAlsoWhereItsConnectionWasDeactivatedMeanwhile() {
        assertThat(task(TaskType.CRAWL, TaskInput.of(SOMETHING), SOMETHING).allowedStates())
                .containsExactlyInAnyOrder(ConnectionState.ACTIVE, ConnectionState.UNHEALTHY, ConnectionState.INACTIVE);
    }

    @Test
    void anObjectIsDeletedUnlessItsConnectionIsBeingDeleted() {
        assertThat(task(TaskType.DELETE, TaskInput.of(SOMETHING), null).allowedStates())
                .contains(ConnectionState.INACTIVE)
                .doesNotContain(ConnectionState.DELETING);
    }

    private static NewTask task(TaskType type, TaskInput input, @Nullable UUID parent) {
        return new NewTask("shop", type, input, TaskTrigger.MANUAL, "somebody", parent);
    }
}
