package dev.connections.api.stream;

import dev.connections.task.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * Learns from Kafka which tasks have new events.
 *
 * <p>It uses no consumer group, so every process sees every task, and it starts at the end. A missed record only delays
 * its events until the next check of all streams. While no stream is open, it reads nothing.
 */
final class TaskNews implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(30);

    private final StreamFeed feed;
    private final Map<String, Object> config;
    private @Nullable Consumer<String, byte[]> consumer;
    private long nextPartitions;

    TaskNews(StreamFeed feed, KafkaProperties properties, KafkaConnectionDetails details) {
        this.feed = feed;
        this.config = new HashMap<>(properties.buildConsumerProperties());
        config.put("bootstrap.servers", String.join(",", details.getConsumer().getBootstrapServers()));
        config.remove("group.id");
        config.remove("group.instance.id");
        config.put("client.id", "task-news");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "latest");
        config.put("allow.auto.create.topics", false);
        config.put("reconnect.backoff.ms", 500);
        config.put("reconnect.backoff.max.ms", 5_000);
    }

    /**
     * Waits for records and marks their tasks; returns the number of records, or 0 if the topic does not exist yet.
     */
    int runOnce() throws InterruptedException {
        Consumer<String, byte[]> open = open();
        try {
            if (!feed.isInUse()) {
                open.pause(open.assignment());
                feed.awaitUse(POLL);
                return 1;
            }
            if (System.nanoTime() - nextPartitions >= 0 && !assign(open)) {
                return 0;
            }
            if (!open.paused().isEmpty()) {
                goOnFromTheEnd(open);
            }
            ConsumerRecords<String, byte[]> records = open.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                if (record.key() != null) {
                    feed.mark(record.key());
                }
            }
            return Math.max(1, records.count());
        } catch (InterruptException | RetriableException e) {
            // Stopping, or Kafka is unreachable: the same consumer reconnects by itself, with increasing pauses.
            throw e;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        Consumer<String, byte[]> open = consumer;
        consumer = null;
        if (open != null) {
            open.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private Consumer<String, byte[]> open() {
        Consumer<String, byte[]> open = consumer;
        if (open == null) {
            open = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
            consumer = open;
            nextPartitions = System.nanoTime();
        }
        return open;
    }

    /** Events that were published before are in the database, where each stream looks once more. */
    private void goOnFromTheEnd(Consumer<String, byte[]> open) {
        open.seekToEnd(open.assignment());
        open.assignment().forEach(partition -> open.position(partition, TIME_LIMIT));
        open.resume(open.assignment());
        feed.markAll();
    }

    private boolean assign(Consumer<String, byte[]> open) {
        Set<TopicPartition> partitions = new HashSet<>();
        open.partitionsFor(Topics.TASK_STATUS, TIME_LIMIT)
                .forEach(partition -> partitions.add(new TopicPartition(partition.topic(), partition.partition())));
        if (partitions.isEmpty()) {
            return false;
        }
        boolean isNew = !partitions.equals(open.assignment());
        if (isNew) {
            open.assign(partitions);
        }
        // Otherwise each partition's end would be determined only at the first poll, and earlier records would be
        // missed.
        partitions.forEach(partition -> open.position(partition, TIME_LIMIT));
        if (isNew) {
            // A stream may have been opened before.
            feed.markAll();
        }
        nextPartitions = System.nanoTime() + PARTITIONS_EVERY.toNanos();
        return true;
    }
}
