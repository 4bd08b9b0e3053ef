package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.task.TaskDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DedicatedSessionTest {
    private static final int LOCK_CLASS = 42;

    private TaskDatabase database;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @Test
    void oneSessionHoldsTheLockUntilItIsClosed() throws SQLException {
        try (DedicatedSession second = database.session("second")) {
            try (DedicatedSession first = database.session("first")) {
                assertThat(first.hold(LOCK_CLASS, 1)).isTrue();
                assertThat(first.hold(LOCK_CLASS, 1)).isTrue();
                assertThat(second.hold(LOCK_CLASS, 1)).isFalse();
            }
            // The server ends a session in its own time after its client has gone.
            await().until(() -> second.hold(LOCK_CLASS, 1));
        }
    }

    @Test
    void aKilledSessionLosesTheLockAndHoldsItAgainAfterwards() throws SQLException {
        try (DedicatedSession session = database.session("killed")) {
            assertThat(session.hold(LOCK_CLASS, 2)).isTrue();
            database.kill("killed");
            assertThat(database.count("pg_locks where locktype = 'advisory' and classid = 42 and objid = 2"))
                    .isZero();
            assertThatThrownBy(() -> session.hold(LOCK_CLASS, 2)).isInstanceOf(SQLException.class);
            assertThat(session.hold(LOCK_CLASS, 2)).isTrue();
            assertThat(database.count("pg_locks where locktype = 'advisory' and classid = 42 and objid = 2"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aKilledSessionDoesNotGetTheLockBackFromAnother() throws SQLException {
        try (DedicatedSession first = database.session("killed first");
                DedicatedSession second = database.session("killed second")) {
            assertThat(first.hold(LOCK_CLASS, 3)).isTrue();
            database.kill("killed first");
            assertThat(second.hold(LOCK_CLASS, 3)).isTrue();
            assertThatThrownBy(() -> first.hold(LOCK_CLASS, 3)).isInstanceOf(SQLException.class);
            assertThat(first.hold(LOCK_CLASS, 3)).isFalse();
        }
    }

    @Test
    void itShowsUnderItsNameAndEndsItselfWhenItsOwnerSaysNothing() throws SQLException {
        try (DedicatedSession session = database.session("named")) {
            session.hold(LOCK_CLASS, 4);
            assertThat(database.count("pg_stat_activity where application_name = 'named'"))
                    .isEqualTo(1);
            try (var row = session.connection().createStatement().executeQuery("show idle_session_timeout")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("1min");
            }
        }
    }
}
