package dev.connections.worker.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Postgres;
import dev.connections.worker.execution.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RowGroupsTest {
    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.startTemporary();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void rowsOfRelationsThatNobodyAsksForAreSkipped() throws SQLException {
        try (Connection connection = streaming();
                RowGroups<String, Integer> groups = new RowGroups<>(
                        connection.prepareStatement("select * from (values ('a', 1), ('b', 2), ('b', 3), ('d', 4))"
                                + " as v (relation, number)"),
                        row -> row.getString(1),
                        row -> row.getInt(2),
                        row -> 8,
                        Limits.DEFAULT)) {
            assertThat(groups.of("b")).containsExactly(2, 3);
            assertThat(groups.of("c")).isEmpty();
            assertThat(groups.of("d")).containsExactly(4);
        }
    }

    @Test
    void fewRowsAreFetchedAtATimeWhereTheyAreLong() throws SQLException {
        try (Connection connection = streaming()) {
            PreparedStatement statement = connection.prepareStatement(
                    "select i, repeat('x', case when i <= 100 then 10 else 200000 end) from generate_series(1, 300) i");
            statement.setFetchSize(10);
            try (RowGroups<Integer, String> groups = new RowGroups<>(
                    statement, row -> row.getInt(1), row -> row.getString(2), String::length, Limits.DEFAULT)) {
                for (int i = 1; i <= 50; i++) {
                    assertThat(groups.of(i)).singleElement().asString().hasSize(10);
                }
                assertThat(statement.getResultSet().getFetchSize()).isBetween(20, 100);
                for (int i = 101; i <= 110; i++) {
                    assertThat(groups.of(i)).singleElement().asString().hasSize(200_000);
                }
                assertThat(statement.getResultSet().getFetchSize()).isBetween(1, 10);
            }
        }
    }

    private static Connection streaming() throws SQLException {
        Connection connection = postgres.connect("postgres");
        connection.setAutoCommit(false);
        return connection;
    }
}
