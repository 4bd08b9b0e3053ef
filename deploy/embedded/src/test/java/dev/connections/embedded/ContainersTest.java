package dev.connections.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class ContainersTest {
    @Test
    void containersAreChosenWhereTheyAreAskedForAndAnEngineAnswers() {
        assertThat(Containers.choose(true, () -> true)).isTrue();
    }

    @Test
    void theEmbeddedServersAreChosenWhereNoEngineAnswers() {
        assertThat(Containers.choose(true, () -> false)).isFalse();
    }

    @Test
    void anEngineThatNobodyAskedForIsNotLookedFor() {
        assertThat(Containers.choose(false, () -> {
                    throw new AssertionError("looked for");
                }))
                .isFalse();
    }

    @Test
    void aTemporaryPostgresKeepsTheSameRulesWhereverItRuns() throws SQLException {
        try (Postgres server = Postgres.startTemporary().createDatabase("shop", "clerk", "right")) {
            assertThat(server instanceof PostgresInContainer).isEqualTo(Containers.areChosen());
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("shop"), "clerk", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            try (Connection superuser = server.connect("shop")) {
                assertThat(superuser.getMetaData().getDatabaseMajorVersion()).isEqualTo(PostgresInContainer.MAJOR);
            }
        }
    }

    @Test
    void aTemporaryKafkaHasShareGroupsWhereverItRuns() throws Exception {
        try (Kafka broker = Kafka.startTemporary();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(broker instanceof KafkaInContainer).isEqualTo(Containers.areChosen());
            assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
                    .hasEntrySatisfying(
                            "share.version",
                            level -> assertThat(level.maxVersionLevel()).isEqualTo((short) 1));
        }
    }
}
