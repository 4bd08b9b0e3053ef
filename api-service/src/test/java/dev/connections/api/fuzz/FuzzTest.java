package dev.connections.api.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.ContractAssertions;
import dev.connections.api.RunningApi;
import dev.connections.api.catalog.CatalogFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends generated requests and judges the answers: never a 5xx, never another shape than the contract's, never slow,
 * never long, and without a token never anything that depends on the body. The system properties fuzz.requests and
 * fuzz.seed make it longer, or another one.
 */
class FuzzTest {
    static final String CALLER = "fuzzer";

    private static final Logger log = LoggerFactory.getLogger(FuzzTest.class);
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final int FINDINGS = 30;
    private static final int LONGEST_REFUSAL = 128 * 1024;
    private static final int LONGEST_ANSWER = 1024 * 1024;

    /** What HTTP itself may answer to any request, whatever the operation. */
    private static final Set<Integer> OF_HTTP = Set.of(304, 400, 401, 404, 405, 406, 412, 413, 414, 415, 417, 431);

    /** What it may answer to a caller without a token: that one is missing, or that the head is none it can read. */
    private static final Set<Integer> TO_ANYBODY = Set.of(400, 401, 404, 405, 414, 417, 431);

    private final RunningApi api = RunningApi.get();
    private final List<String> findings = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();

    @AfterEach
    void removeWhatWasCreated() {
        for (String statement : List.of(
                "delete from command_outbox where task_id in (select id from task where created_by = :fuzzer)",
                "delete from status_outbox where tasks && array(select id from task where created_by = :fuzzer)",
                "delete from task where created_by = :fuzzer",
                "delete from connection where created_by = :fuzzer")) {
            api.database().sql(statement).param("fuzzer", CALLER).update();
        }
    }

    @Test
    void whateverComesIsAnsweredAsTheContractSays() throws IOException {
        int requests = Integer.getInteger("fuzz.requests", 2000);
        Random random = new Random(Long.getLong("fuzz.seed", 42));
        Pools pools = new Pools(random);
        learnWhatThereIs(pools);
        Fuzzer fuzzer = new Fuzzer(api, random, pools);
        try (RawClient client = new RawClient(api.port())) {
            for (int i = 0; i < requests && findings.size() < FINDINGS; i++) {
                FuzzedRequest request = fuzzer.next();
                try {
                    pools.learn(judge(i, request, client));
                } catch (IOException e) {
                    findings.add("#%d%n%s%n=> %s".formatted(i, request, e));
                }
            }
        }
        report(requests);
        // Or the requests would not reach what they are to try.
        assertThat(statuses.keySet()).contains(200, 201, 202, 400, 401, 403, 404, 405, 406, 409, 413, 415);
    }

    @Test
    void withoutATokenEveryOperationAnswersBeforeTheBody() throws IOException {
        List<FuzzedRequest> requests = new Fuzzer(api, new Random(42), new Pools(new Random(42))).anonymous();
        judgeAll(requests, 401);
    }

    @Test
    void noOperationTakesABodyOfAForeignType() throws IOException {
        List<FuzzedRequest> requests = new Fuzzer(api, new Random(42), new Pools(new Random(42))).ofForeignTypes();
        judgeAll(requests, 415);
    }

    private void judgeAll(List<FuzzedRequest> requests, int status) throws IOException {
        try (RawClient client = new RawClient(api.port())) {
            for (FuzzedRequest request : requests) {
                judge(0, request, client);
            }
        }
        report(requests.size());
        assertThat(statuses).containsOnlyKeys(status);
    }

    private void report(int requests) {
        log.info("statuses of {} fuzzed requests: {}", requests, statuses);
        assertThat(findings).isEmpty();
    }

    private void learnWhatThereIs(Pools pools) {
        CatalogFixture catalog = new CatalogFixture(api);
        UUID schema = catalog.schema(catalog.database("shop"), "sales");
        for (int i = 0; i < 30; i++) {
            catalog.table(schema, "orders_" + i);
        }
        pools.learn(api.post("/api/connections/data/search", "{\"dataObject\": {\"nameContains\": \"orders_\"}}"));
        pools.learn(api.get(catalog.path));
    }

    private Answer judge(int number, FuzzedRequest request, RawClient client) throws IOException {
        long begin = System.nanoTime();
        Answer answer = client.send(request);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        statuses.merge(answer.status(), 1, Integer::sum);
        try {
            assertThatItIsSound(answer);
            if (request.isAnonymous()) {
                assertThat(answer.status()).as("without a token").isIn(TO_ANYBODY);
            }
            assertThat(took.compareTo(SLOW) < 0 || !isSlow(request, client))
                    .as("within 2 s")
                    .isTrue();
        } catch (AssertionError e) {
            findings.add("#%d (%s ms)%n%s%n=> %d %s%n%s"
                    .formatted(number, took.toMillis(), request, answer.status(), answer.body(), e.getMessage()));
        }
        return answer;
    }

    /** A busy machine is slow once; what is slow by itself is so again. */
    private static boolean isSlow(FuzzedRequest request, RawClient client) throws IOException {
        long begin = System.nanoTime();
        client.send(request);
        return System.nanoTime() - begin > SLOW.toNanos();
    }

    private static void assertThatItIsSound(Answer answer) {
        assertThat(answer.status()).isLessThan(500);
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.body().length()).isLessThan(answer.status() < 400 ? LONGEST_ANSWER : LONGEST_REFUSAL);
        if (answer.method().equals("OPTIONS") || answer.method().equals("HEAD") || answer.status() == 304) {
            return;
        }
        assertThat(answer.body()).doesNotContain("Exception", "org.springframework", "org.postgresql");
        if (answer.status() >= 400) {
            answer.isProblem(answer.status());
        }
        if (ContractAssertions.describes(answer)) {
            ContractAssertions.assertThatItIsAsTheContractSays(answer);
        } else {
            assertThat(answer.status()).isIn(OF_HTTP);
        }
    }
}
