package dev.connections.faults;

import dev.connections.faults.history.Entry;
import dev.connections.faults.history.Entry.Change;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.TaskEvent;
import dev.connections.json.Json;
import dev.connections.task.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;

/** Reads the topics that this service publishes to, from their beginning, and notes every record. */
final class TopicReader implements AutoCloseable {
    private static final List<String> TOPICS = List.of(Topics.TASK_STATUS, Topics.DATA_OBJECT_CHANGES);

    private static final long ANSWER_LIMIT_S = 90;

    private final KafkaConsumer<String, String> consumer;
    private final History history;
    private final Map<UUID, TaskEvent> latest = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Boolean>> questions = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopping;

    TopicReader(String servers, History history) {
        this.history = history;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "reconnect.backoff.max.ms", 500, "fetch.max.wait.ms", 100),
                new StringDeserializer(),
                new StringDeserializer());
        this.thread = Thread.ofPlatform().name("topic-reader").daemon().start(this::run);
    }

    /** The latest event of every task so far. */
    Map<UUID, TaskEvent> latest() {
        return latest;
    }

    /** Whether everything has been read that was there when this was asked. */
    boolean hasReadAll() throws InterruptedException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        questions.add(answer);
        try {
            return answer.get(ANSWER_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Reads what is there now, and stops. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            List<TopicPartition> partitions = partitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!stopping) {
                poll();
                answer(partitions);
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!isAt(ends)) {
                poll();
            }
        }
    }

    private void answer(List<TopicPartition> partitions) {
        CompletableFuture<Boolean> question = questions.poll();
        if (question == null) {
            return;
        }
        try {
            question.complete(isAt(consumer.endOffsets(partitions)));
        } catch (KafkaException e) {
            question.completeExceptionally(e);
        }
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Those who publish make the topics, a moment after the broker is there. */
    private List<TopicPartition> partitions() {
        while (!stopping) {
            try {
                Map<String, ?> there = consumer.listTopics();
                if (there.keySet().containsAll(TOPICS)) {
                    return TOPICS.stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
                }
            } catch (KafkaException e) {
                // Asked again.
            }
        }
        return List.of();
    }

    private void poll() {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
            history.add(entry(record));
        }
    }

    private Entry entry(ConsumerRecord<String, String> record) {
        if (record.topic().equals(Topics.TASK_STATUS)) {
            TaskEvent event = Json.read(record.value(), TaskEvent.class);
            latest.merge(event.taskId(), event, (before, now) -> now.sequence() > before.sequence() ? now : before);
            return new Delivery(Instant.now(), record.key(), event);
        }
        JsonNode change = Json.tree(record.value());
        return new Change(
                UUID.fromString(change.path("dataObjectId").asString()),
                UUID.fromString(change.path("runId").asString()),
                change.path("change").asString());
    }
}
