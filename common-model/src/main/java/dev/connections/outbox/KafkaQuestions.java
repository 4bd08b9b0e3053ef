package dev.connections.outbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.springframework.kafka.core.KafkaAdmin;

/** An admin client with a time limit, whose refusals are in words for ops. */
final class KafkaQuestions implements AutoCloseable {
    static final int LIMIT_S = 5;
    private static final int PAUSE_MS = 20;

    private final Admin client;

    KafkaQuestions(KafkaAdmin admin) {
        Map<String, Object> config = new HashMap<>(admin.getConfigurationProperties());
        config.put("default.api.timeout.ms", LIMIT_S * 1000);
        config.put("request.timeout.ms", LIMIT_S * 1000);
        this.client = Admin.create(config);
    }

    Admin client() {
        return client;
    }

    /**
     * Waits for an answer.
     *
     * @param what was asked for: "create the topics"
     * @throws TopicExistsException or UnknownTopicOrPartitionException, which the caller knows how to handle
     * @throws KafkaRefusedException where asking again does not help
     * @throws KafkaException where Kafka does not answer
     */
    <T> T answer(String what, KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka did not answer within " + LIMIT_S + " s", e);
        }
    }

    private static KafkaException failure(String what, Throwable cause) {
        return switch (cause) {
            case TopicExistsException e -> e;
            case UnknownTopicOrPartitionException e -> e;
            case ClusterAuthorizationException e ->
                new KafkaRefusedException("this process has no right on the cluster to " + what + toDo(), e);
            case AuthorizationException e ->
                new KafkaRefusedException("this process has no right to " + what + ": " + e.getMessage() + toDo(), e);
            case UnsupportedVersionException e ->
                new KafkaRefusedException(
                        "the brokers cannot " + what + "; this service needs Kafka 4.2 or later with share groups", e);
            case InvalidReplicationFactorException e ->
                new KafkaRefusedException(
                        "the cluster has too few brokers for " + KafkaSettings.PREFIX + "replication-factor: "
                                + e.getMessage(),
                        e);
            case PolicyViolationException e ->
                new KafkaRefusedException(
                        "the brokers' policy does not let this process " + what + ": " + e.getMessage(), e);
            default -> new KafkaException("cannot " + what + ": " + cause, cause);
        };
    }

    private static String toDo() {
        return "; grant it, or set " + KafkaSettings.PREFIX + "setup=verify and let ops do it";
    }

    /** A question that is asked until its answer is yes. */
    interface Check {
        boolean holds() throws InterruptedException;
    }

    /** Brokers acknowledge a change before they have read it from the log themselves. */
    static void awaitVisible(String what, Check check) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("Kafka did not apply the setup of " + what + " within " + LIMIT_S + " s");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Gives up what has no answer yet: a process that stops while Kafka is away would wait for each time limit. */
    @Override
    public void close() {
        client.close(Duration.ZERO);
    }
}
