package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.ContractAssertions;
import dev.connections.api.MessageAssertions;
import dev.connections.api.stream.Replicas.Replica;
import dev.connections.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaskStreamTest {
    private static final int MANY = 2_000;

    private static Replicas replicas;
    private static Replica first;
    private static Replica second;

    @BeforeAll
    static void start() {
        replicas = new Replicas();
        first = replicas.start(Replicas.ONLY_KAFKA);
        second = replicas.start(Replicas.ONLY_KAFKA);
        replicas.awaitNews(first);
        replicas.awaitNews(second);
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @Test
    void anEndedTaskIsReplayedWordForWordAndTheStreamEnds() {
        MovedTask task = replicas.newTask(first);
        task.runAndHandBack();
        int last = task.succeed();
        Follower follower = replicas.follow(first, task).hasEnded();
        follower.has(1, last);
        assertThat(follower.fields("event: ")).containsExactly("PENDING", "RUNNING", "PENDING", "RUNNING", "SUCCEEDED");
        assertThat(follower.fields("data: ")).isEqualTo(task.payloads());
        follower.fields("data: ")
                .forEach(data -> ContractAssertions.assertThatItIs("TaskStatusEvent", Json.tree(data)));
    }

    @Test
    void theHeadersKeepProxiesFromHoldingEventsBack() {
        MovedTask task = replicas.newTask(first);
        task.succeed();
        var headers = replicas.follow(first, task).hasEnded().response().headers();
        assertThat(headers.firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(headers.firstValue("X-Accel-Buffering")).hasValue("no");
        assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void newEventsComeAsTheyAreCommitted() {
        MovedTask task = replicas.newTask(first);
        Follower follower = replicas.follow(first, task).hasCome(1);
        task.runAndHandBack();
        follower.hasCome(3);
        assertThat(follower.isFollowing()).isTrue();
        int last = task.succeed();
        follower.hasEnded().has(1, last);
    }

    @Test
    void eventsOnOneReplicaReachTheClientsOfTheOther() {
        MovedTask task = replicas.newTask(first);
        List<Follower> followers = List.of(replicas.follow(first, task), replicas.follow(second, task));
        followers.forEach(follower -> follower.hasCome(1));
        int last = task.succeed();
        followers.forEach(follower -> follower.hasEnded().has(1, last));
    }

    @Test
    void atTheSeamNoEventIsLostOrSentTwice() {
        for (int i = 0; i < 40; i++) {
            MovedTask task = replicas.newTask(first);
            CompletableFuture<Integer> moving = CompletableFuture.supplyAsync(() -> {
                for (int j = 0; j < 5; j++) {
                    task.runAndHandBack();
                }
                return task.succeed();
            });
            List<Follower> followers = new ArrayList<>();
            while (!moving.isDone() && followers.size() < 20) {
                Replica replica = followers.size() % 2 == 0 ? first : second;
                followers.add(replicas.follow(replica, task).isOpen());
            }
            int last = moving.join();
            followers.forEach(follower -> follower.hasEnded().has(1, last));
        }
    }

    @Test
    void aClientThatComesBackGoesOnAfterItsLastEvent() {
        MovedTask task = replicas.newTask(first);
        task.runAndHandBack();
        Follower follower = replicas.follow(second, task, "2").hasCome(3);
        int last = task.succeed();
        follower.hasEnded().has(3, last);
        replicas.follow(first, task, Integer.toString(last)).hasEnded().has(1, 0);
        replicas.follow(first, task, "99999999999").hasEnded().has(1, 0);
    }

    @Test
    void aFailedAttemptThatIsTriedAgainDoesNotEndTheStream() {
        MovedTask task = replicas.newTask(first);
        Follower live = replicas.follow(first, task).hasCome(1);
        task.runAndRetry();
        live.hasCome(4);
        Follower replayed = replicas.follow(second, task).hasCome(4);
        int last = task.succeed();
        live.hasEnded().has(1, last);
        replayed.hasEnded().has(1, last);
        assertThat(live.fields("event: "))
                .containsExactly("PENDING", "RUNNING", "FAILED", "PENDING", "RUNNING", "SUCCEEDED");
    }

    @Test
    void aLongHistoryComesInSeveralBatches() {
        MovedTask task = replicas.newTask(first);
        for (int i = 0; i < TaskEventStore.EVENTS; i++) {
            task.runAndHandBack();
        }
        int last = task.succeed();
        replicas.follow(first, task).hasEnded().has(1, last);
    }

    @Test
    void aSilentStreamGetsHeartbeats() {
        Replica lively = replicas.start(Replicas.OFTEN, "--connections.stream.heartbeat=150ms");
        MovedTask task = replicas.newTask(lively);
        Follower follower = replicas.follow(lively, task).hasCome(1);
        await().until(() -> follower.fields(": heartbeat").size() >= 3);
        int last = task.succeed();
        follower.hasEnded().has(1, last);
        lively.context().close();
    }

    @Test
    void twoThousandStreamsThatComeAtOnceNeedNoThreadsOfTheirOwn() {
        MovedTask task = replicas.newTask(first);
        replicas.follow(first, task).hasCome(1);
        int threads = Thread.getAllStackTraces().size();
        List<Follower> followers =
                Stream.generate(() -> replicas.follow(first, task)).limit(MANY).toList();
        followers.forEach(follower -> follower.hasCome(1));
        OpenStreams open = first.bean(OpenStreams.class);
        assertThat(open.of(task.id().toString())).hasSize(MANY + 1);
        assertThat(Thread.getAllStackTraces()).hasSizeLessThan(threads + 50);
        int last = task.succeed();
        followers.forEach(follower -> follower.hasEnded().has(1, last));
        await().untilAsserted(() -> assertThat(open.of(task.id().toString())).isEmpty());
    }

    @Test
    void streamsEndWhenTheirProcessStops() {
        Replica stopping = replicas.start(Replicas.OFTEN, "--spring.lifecycle.timeout-per-shutdown-phase=120s");
        MovedTask task = replicas.newTask(first);
        Follower follower = replicas.follow(stopping, task).hasCome(1);
        stopping.context().close();
        follower.hasEnded().has(1, 1);
        Follower elsewhere = replicas.follow(first, task, "1").isOpen();
        int last = task.succeed();
        elsewhere.hasEnded().has(2, last);
    }

    @Test
    void theRecordsBehindTheStreamAreAsTheMessageContractSays() {
        MovedTask task = replicas.newTask(first);
        task.succeed();
        List<ConsumerRecord<String, String>> records = replicas.recordsOf(task, 3);
        assertThat(records).extracting(ConsumerRecord::value).isEqualTo(task.payloads());
        for (ConsumerRecord<String, String> record : records) {
            Map<String, String> headers = new HashMap<>();
            record.headers()
                    .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
            MessageAssertions.assertThatHeadersAreOf("TaskStatus", headers);
            MessageAssertions.assertThatItIs("TaskStatus", Json.tree(record.value()));
            assertThat(headers)
                    .containsEntry("ce_subject", task.id().toString())
                    .containsEntry(
                            "ce_id",
                            task.id() + "/"
                                    + Json.tree(record.value()).path("sequence").asInt());
        }
    }

    @Test
    void withKafkaAwayEventsComeAllTheSame() {
        Replica lonely = replicas.start(Replicas.OFTEN);
        MovedTask task = replicas.newTask(lonely);
        Follower follower = replicas.follow(lonely, task).hasCome(1);
        replicas.kafka.stop();
        try {
            task.runAndHandBack();
            follower.hasCome(3);
            int last = task.succeed();
            follower.hasEnded().has(1, last);
        } finally {
            replicas.kafka.start();
            lonely.context().close();
        }
        replicas.awaitNews(first);
        replicas.awaitNews(second);
    }

    @Test
    void aClientThatReadsNothingHoldsUpNobody() throws IOException {
        MovedTask heavy = replicas.newTask(first);
        heavy.reportMegabytes(24);
        MovedTask light = replicas.newTask(first);
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), first.port()));
            slow.getOutputStream()
                    .write(("GET " + heavy.path() + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + replicas.token() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() ->
                    !first.bean(OpenStreams.class).of(heavy.id().toString()).isEmpty());
            Follower follower = replicas.follow(first, light).hasCome(1);
            int last = light.succeed();
            follower.hasEnded().has(1, last);
            assertThat(first.bean(OpenStreams.class).of(heavy.id().toString())).hasSize(1);
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                first.bean(OpenStreams.class).of(heavy.id().toString()))
                        .isEmpty());
    }
}
