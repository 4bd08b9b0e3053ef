package dev.connections.standalone;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The places where this service stores and sends data, to search for a text that must not be there. */
record Places(ServiceUnderTest service) {
    private static final String TABLES = """
            select tablename from pg_tables where schemaname = 'public' and tablename <> 'flyway_schema_history'
            """;

    /** The tables of this service's own database that contain the text in some row. */
    List<String> tablesWith(String text) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = service.servers.postgres().connect(Servers.DATABASE);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(TABLES)) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery(
                        "select from " + table + " x where x::text like '%" + text + "%' limit 1")) {
                    if (row.next()) {
                        found.add(table);
                    }
                }
            }
        }
        return found;
    }

    /** The number of records on this service's topics that contain the text in key, value or headers. */
    long recordsWith(String text) {
        Map<String, Object> config = Map.of("bootstrap.servers", service.kafka().bootstrapServers());
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            Set<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> topic.getKey().startsWith("connections."))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .collect(Collectors.toSet());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long found = 0;
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    found += holds(record, text) ? 1 : 0;
                }
            }
            return found;
        }
    }

    private static boolean holds(ConsumerRecord<String, String> record, String text) {
        return (record.key() + record.value() + record.headers()).contains(text);
    }
}
