package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.MessageAssertions;
import dev.connections.api.RunningApi;
import dev.connections.json.Json;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AsyncApiTest {
    private static final JsonNode DOCUMENT = MessageAssertions.DOCUMENT_TREE;
    private static final TaskCommand COMMAND = new TaskCommand(
            UUID.fromString("0199aa00-0000-7000-8000-000000000002"),
            UUID.fromString("0199aa00-0000-7000-8000-000000000001"),
            TaskType.CRAWL);

    @Test
    void theDocumentIsOpenInBothFormats() {
        RunningApi api = RunningApi.get();
        Answer json = api.send(api.anonymous("GET", "/v3/asyncapi-docs", null));
        assertThat(json.status()).isEqualTo(200);
        assertThat(json.header("Content-Type")).isEqualTo("application/json");
        assertThat(json.json()).isEqualTo(DOCUMENT);
        Answer yaml = api.send(api.anonymous("GET", "/v3/asyncapi-docs.yaml", null));
        assertThat(yaml.status()).isEqualTo(200);
        assertThat(yaml.body()).startsWith("asyncapi: 3.0.0\n");
    }

    @Test
    void everyTopicIsDescribed() {
        List<String> topics =
                new ArrayList<>(List.of(Topics.TASK_STATUS, Topics.DATA_OBJECT_CHANGES, Topics.DEAD_LETTERS));
        for (TaskType type : TaskType.values()) {
            topics.add(type.topic());
        }
        assertThat(DOCUMENT.path("channels")
                        .valueStream()
                        .map(channel -> channel.path("address").asString()))
                .containsExactlyInAnyOrderElementsOf(topics);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references = DOCUMENT.findValues("$ref");
        assertThat(references)
                .hasSizeGreaterThan(30)
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.at(reference.asString().substring(1)).isMissingNode())
                        .as(reference.asString())
                        .isFalse());
    }

    @Test
    void whatBothContractsDescribeIsTheSame() {
        JsonNode rest = new ContractDocument().tree().at("/components/schemas");
        JsonNode messages = DOCUMENT.at("/components/schemas");
        List<String> shared = messages.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .filter(rest::has)
                .toList();
        assertThat(shared).contains("TaskStatusEvent", "TaskType", "RunStatus");
        shared.forEach(name -> assertThat(messages.path(name)).as(name).isEqualTo(rest.path(name)));
    }

    @Test
    void aCommandIsWrittenAsPromised() {
        assertThat(Json.write(COMMAND)).isEqualTo(MessageAssertions.golden("task-command.json"));
        MessageAssertions.assertThatItIs("TaskCommand", Json.tree(Json.write(COMMAND)));
    }

    @Test
    void aCommandWithUnknownMembersIsRead() {
        ObjectNode newer = (ObjectNode) Json.tree(MessageAssertions.golden("task-command.json"));
        newer.put("priority", 3).putObject("tracing").put("parent", "00-1");
        MessageAssertions.assertThatItIs("TaskCommand", newer);
        assertThat(Json.read(Json.write(newer), TaskCommand.class)).isEqualTo(COMMAND);
    }

    @Test
    void aDataObjectChangeIsAsDescribed() {
        JsonNode change = Json.tree(MessageAssertions.golden("data-object-change.json"));
        MessageAssertions.assertThatItIs("DataObjectChange", change);
        assertThat(change.propertyNames())
                .containsExactlyInAnyOrderElementsOf(DOCUMENT.at("/components/schemas/DataObjectChange/properties")
                        .propertyNames());
    }
}
