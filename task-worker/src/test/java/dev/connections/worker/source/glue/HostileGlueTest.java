package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.glue.GlueStub.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Answers that Glue does not give. */
class HostileGlueTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final GlueServer server = GlueServer.shared();
    private final GlueStub stub = server.stub();
    private final String database = "hostile" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), database).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "/**"), List.of());
        stub.database(database);
    }

    @AfterEach
    void close() {
        stub.script = (action, asked) -> null;
        connection.close();
        stub.drop(List.of(database));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>sign in</html>",
                "[]",
                "",
                "{}",
                "{\"DatabaseList\": [], \"NextToken\": 7}",
                "{\"DatabaseList\": {}}",
                "{\"DatabaseList\": [1]}",
                "{\"DatabaseList\": [{}]}",
                "{\"DatabaseList\": [{\"Name\": \"a\"}",
                "{\"DatabaseList\": [], \"NextToken\": \"again\"}"
            })
    void whatIsNoListIsSaidSo(String body) {
        stub.script = (action, asked) -> new Refusal(200, body);
        assertThat(connection.failedCrawl()).isEqualTo(notGlue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"TableList\": [{\"Name\": \"a\", \"StorageDescriptor\": {\"Columns\": [1]}}]}",
                "{\"TableList\": [{\"Name\": \"a\", \"PartitionKeys\": [{\"Name\": \"b\"]}]}",
                "{}",
                "{\"TableList\": [{\"Name\": {}}]}",
                "{\"TableList\": [null]}",
                "{\"TableList\": [{\"Name\": \"a\", \"x\": "
            })
    void whatIsNoTableIsSaidSo(String body) {
        stub.script = (action, asked) -> action.equals("GetTables") ? new Refusal(200, body) : null;
        assertThat(connection.failedCrawl()).isEqualTo(notGlue());
    }

    @Test
    void membersOfOtherKindsArePassedOver() throws Exception {
        stub.script = (action, asked) -> action.equals("GetTables")
                ? new Refusal(
                        200,
                        "{\"TableList\": [{\"Name\": \"a\", \"CreateTime\": \"1e999\", \"UpdateTime\": -1,"
                                + " \"StorageDescriptor\": [1], \"PartitionKeys\": {\"x\": [{}]}, \"Parameters\": \"p\","
                                + " \"ViewDefinition\": {\"Representations\": 7}, \"TargetTable\": null}]}")
                : null;
        assertThat(connection.crawl().objects().seen()).isEqualTo(2);
        assertThat(connection.list("name", "remote_created_at is null and remote_updated_at is null"))
                .containsExactly("a");
    }

    @Test
    void aRefusalThatIsNotGluesIsSaidSo() {
        for (String body : List.of("<html>403</html>", "{}", "{\"__type\": \"\"}")) {
            stub.script = (action, asked) -> new Refusal(403, body);
            assertThat(connection.failedCrawl()).isEqualTo(notGlue());
        }
    }

    /** An answer is bounded; what it would be as a tree is not. */
    @Test
    void whatNobodyAskedForIsNotKept() throws Exception {
        String empty = "{},".repeat(2_000_000) + "{}";
        stub.script = (action, asked) -> action.equals("GetTables")
                ? new Refusal(200, "{\"TableList\": [{\"Name\": \"t\", \"x\": [" + empty + "]}]}")
                : null;
        assertThat(connection.crawl().objects().seen()).isEqualTo(2);
        stub.script = (action, asked) -> action.equals("GetTables")
                ? new Refusal(
                        200,
                        "{\"TableList\": [{\"Name\": \"t\", \"StorageDescriptor\": {\"Columns\": [" + empty + "]}}]}")
                : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void aPageThatNobodyCanHoldEndsTheRun() {
        connection.limits = Limits.of(Map.of("row", "64KB"));
        stub.script = (action, asked) ->
                new Refusal(200, "{\"DatabaseList\": [{\"Name\": \"" + "x".repeat(200_000) + "\"}]}");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void namesThatAreLongerThanGluesAreNotStored() {
        String name = "\"" + "表".repeat(256) + "\"";
        for (String table : List.of(
                "{\"Name\": " + name + "}", "{\"Name\": \"t\", \"PartitionKeys\": [{\"Name\": " + name + "}]}")) {
            stub.script = (action, asked) ->
                    action.equals("GetTables") ? new Refusal(200, "{\"TableList\": [" + table + "]}") : null;
            assertThat(connection.failedCrawl()).isEqualTo(notGlue());
        }
    }

    @Test
    void twoObjectsOfOneNameAreNotStored() {
        stub.script = (action, asked) -> action.equals("GetTables")
                ? new Refusal(200, "{\"TableList\": [{\"Name\": \"t\"}, {\"Name\": \"t\"}]}")
                : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.REMOTE_ERROR);
    }

    /** What Glue says that it has none of, and nobody can store. */
    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\n", "\ud800"})
    void namesThatGlueDoesNotAllowEndInNoDefect(String name) throws Exception {
        ObjectNode table = stub.table(List.of(database, name), name);
        GlueStub.column(table, name, name).put("Comment", name);
        table.put("Description", name).putObject("Parameters").put("classification", name);
        assertThat(connection.crawl().objects().seen()).isEqualTo(2);
        assertThat(connection.crawl().objects().unchanged()).isEqualTo(2);
    }

    private static TaskError notGlue() {
        return new TaskError(ErrorCode.REMOTE_ERROR, "the host answers, but not as AWS Glue does", true);
    }
}
