package dev.connections.worker.lane;

import dev.connections.outbox.KafkaRights;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import dev.connections.worker.execution.WorkerProperties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the lanes need of Kafka. */
@Configuration(proxyBeanMethods = false)
class LaneConfiguration {
    @Bean
    KafkaRights laneRights(WorkerProperties properties) {
        Set<String> lanes = Stream.of(TaskType.values())
                .filter(type -> properties.slots().of(type) > 0)
                .map(TaskType::topic)
                .collect(Collectors.toSet());
        return new KafkaRights(lanes, Set.of(Topics.DEAD_LETTERS));
    }
}
