package dev.connections.outbox;

import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a process does with topics, and so needs the right to. */
public record KafkaRights(Set<String> reads, Set<String> writes) {
    public KafkaRights {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }

    /** Every process relays commands and events. */
    static KafkaRights ofRelays() {
        Set<String> relayed = Stream.concat(
                        Stream.of(TaskType.values()).map(TaskType::topic),
                        Stream.of(Topics.TASK_STATUS, Topics.DATA_OBJECT_CHANGES))
                .collect(Collectors.toUnmodifiableSet());
        return new KafkaRights(Set.of(), relayed);
    }

    /** These and more. */
    KafkaRights and(KafkaRights more) {
        return new KafkaRights(union(reads, more.reads), union(writes, more.writes));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return List.of(one, other).stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }
}
