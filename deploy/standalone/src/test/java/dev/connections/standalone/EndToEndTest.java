package dev.connections.standalone;

import static dev.connections.standalone.ServiceUnderTest.awaitStatus;
import static dev.connections.standalone.ServiceUnderTest.onlyRun;
import static dev.connections.standalone.ServiceUnderTest.status;
import static dev.connections.standalone.ServiceUnderTest.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.embedded.FreePort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndToEndTest {
    private ServiceUnderTest service;
    private ApiClient api;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        service = new ServiceUnderTest(folder);
        service.source.execute("shop", """
                create schema sales;
                grant usage on schema sales to reader;
                create table sales.customer (id int primary key, name varchar(40) not null);
                create table sales.orders (id int primary key, customer_id int references sales.customer);
                create view sales.customer_names as select name from sales.customer;
                grant select on all tables in schema sales to reader;
                """);
        api = service.startApi();
        service.startWorker(1);
        service.startWorker(2);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void twoWorkersShareTwoHundredValidationsAndEachRunsOnce() throws Exception {
        List<String> keys = IntStream.range(0, 50).mapToObj(i -> "many-" + i).toList();
        for (String key : keys) {
            service.connect(api, key);
        }
        Set<String> workers = new HashSet<>();
        for (int round = 0; round < 4; round++) {
            List<String> created = new ArrayList<>();
            for (String key : keys) {
                created.add(ServiceUnderTest.create(api, key, "VALIDATE"));
            }
            for (int i = 0; i < keys.size(); i++) {
                awaitStatus(api, keys.get(i), created.get(i), "SUCCEEDED");
                JsonNode run = onlyRun(api, keys.get(i), created.get(i));
                assertThat(run.get("attempt").intValue()).isEqualTo(1);
                workers.add(run.get("workerId").stringValue());
            }
        }
        assertThat(workers).containsExactlyInAnyOrder("standalone-1", "standalone-2");
    }

    @Test
    void ofFiftyEqualRequestsAtOnceOneIsCreatedAndTheOthersNameItsTask() throws Exception {
        service.connect(api, "contested");
        // On a machine that is busy with other things some wait for a lock longer than a request may; they are told to
        // try again.
        Callable<ApiClient.Answer> request = () -> await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> api.send("POST", tasks("contested"), Map.of("type", "CRAWL")),
                        answer -> answer.status() != 503);
        List<ApiClient.Answer> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<ApiClient.Answer> answer : clients.invokeAll(Collections.nCopies(50, request))) {
                answers.add(answer.get());
            }
        }
        List<JsonNode> created = answers.stream()
                .filter(a -> a.status() == 201)
                .map(ApiClient.Answer::body)
                .toList();
        // A crawl may end while other requests are still being sent; then another may start. Each conflict names a
        // crawl
        // that was created.
        Set<String> ids = new HashSet<>(
                created.stream().map(task -> task.get("id").stringValue()).toList());
        assertThat(answers).filteredOn(a -> a.status() != 201).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(ids).contains(answer.body().get("taskId").stringValue());
        });
        assertThat(created).isNotEmpty();
    }

    @Test
    void aCrawlFillsTheCatalogThatSearchFinds() throws Exception {
        service.connect(api, "shop");
        String task = ServiceUnderTest.create(api, "shop", "CRAWL");
        awaitStatus(api, "shop", task, "SUCCEEDED");
        JsonNode found = api.send(
                        "POST",
                        "/api/connections/data/search",
                        Map.of(
                                "connection", Map.of("connectionKey", "shop"),
                                "dataObject", Map.of("columnName", "customer_id")))
                .expect(200)
                .get("data");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).get("name").stringValue()).isEqualTo("orders");
        JsonNode detail = api.get(
                        "/api/connections/shop/data/" + found.get(0).get("id").stringValue())
                .expect(200);
        assertThat(detail.at("/foreignKeys/0/referencedObject/path").toString())
                .isEqualTo("[\"shop\",\"sales\",\"customer\"]");
        assertThat(detail.at("/foreignKeys/0/referencedObject/id").isString()).isTrue();
    }

    @Test
    void aServerOfEightDatabasesIsCrawledByAChildForEach() throws Exception {
        service.connect(api, "eight");
        List<String> databases =
                IntStream.range(0, 8).mapToObj(i -> "eight_" + i).toList();
        for (String database : databases) {
            service.source.execute("postgres", "create database " + database);
            service.source.execute(database, "create table one (id int); create table two (id int)");
        }
        api.send(
                        "PATCH",
                        "/api/connections/eight",
                        Map.of("settings", Map.of("crawl", Map.of("include", List.of("eight_*/**")))))
                .expect(200);
        String task = ServiceUnderTest.create(api, "eight", "CRAWL");
        awaitStatus(api, "eight", task, "SUCCEEDED");
        JsonNode objects = onlyRun(api, "eight", task).at("/result/objects");
        // A database, its schema and its two tables, each counted once.
        assertThat(objects.get("seen").intValue()).isEqualTo(32);
        assertThat(objects.get("created").intValue()).isEqualTo(32);
        JsonNode children =
                api.get(tasks("eight") + "?parentTaskId=" + task).expect(200).get("data");
        assertThat(children).hasSize(8).allSatisfy(child -> {
            assertThat(child.get("status").stringValue()).isEqualTo("SUCCEEDED");
            assertThat(child.get("trigger").stringValue()).isEqualTo("SYSTEM");
        });
    }

    @Test
    void aCrawlCanceledInsideASlowCatalogQueryLeavesNoSessionAndNothingInTheCatalog() throws Exception {
        service.source.execute("postgres", "create database slow");
        service.source.execute("slow", "create table one (id int)");
        service.connect(api, "slow");
        api.send(
                        "PATCH",
                        "/api/connections/slow",
                        Map.of("settings", Map.of("crawl", Map.of("include", List.of("slow/**")))))
                .expect(200);
        try (Connection lock = service.source.connect("slow");
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            // Every crawl reads comments, and now waits for this lock.
            statement.execute("lock table pg_description in access exclusive mode");
            String task = ServiceUnderTest.create(api, "slow", "CRAWL");
            await().atMost(ServiceUnderTest.LIMIT).until(() -> sessions("wait_event_type = 'Lock'") == 1);
            JsonNode run = onlyRun(api, "slow", task);
            api.send(
                            "POST",
                            tasks("slow") + "/" + task + "/runs/"
                                    + run.get("id").stringValue() + "/cancel",
                            Map.of())
                    .expect(200);
            awaitStatus(api, "slow", task, "CANCELED");
            await().atMost(ServiceUnderTest.LIMIT).until(() -> sessions("true") == 0);
        }
        assertThat(api.get("/api/connections/slow/data").expect(200).get("data"))
                .isEmpty();
    }

    /** The number of crawl sessions in the database. */
    private long sessions(String condition) throws Exception {
        try (Connection session = service.source.connect("postgres");
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) from pg_stat_activity where datname = 'slow' and usename = 'reader' and "
                                + condition)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void aWrongPasswordAndAClosedPortAreDistinguished() throws Exception {
        service.connect(api, "wrong-password", service.source.port(), "wrong");
        service.connect(api, "closed-port", FreePort.find(), "any");
        String refused = ServiceUnderTest.create(api, "wrong-password", "VALIDATE");
        String closed = ServiceUnderTest.create(api, "closed-port", "VALIDATE");
        awaitStatus(api, "wrong-password", refused, "FAILED");
        awaitStatus(api, "closed-port", closed, "FAILED");
        assertThat(onlyRun(api, "wrong-password", refused).at("/error/code").stringValue())
                .isEqualTo("AUTHENTICATION_FAILED");
        assertThat(onlyRun(api, "closed-port", closed).at("/error/code").stringValue())
                .isEqualTo("CONNECTION_REFUSED");
        JsonNode connection = api.get("/api/connections/wrong-password").expect(200);
        assertThat(connection.get("state").stringValue()).isEqualTo("UNHEALTHY");
        assertThat(connection.at("/stateReason/code").stringValue()).isEqualTo("AUTHENTICATION_FAILED");
    }

    @Test
    void aSecretIsInNoTableNoRecordNoLogAndNoAnswer(CapturedOutput log) throws Exception {
        service.connect(api, "secretive");
        awaitStatus(api, "secretive", ServiceUnderTest.create(api, "secretive", "VALIDATE"), "SUCCEEDED");
        String crawl = ServiceUnderTest.create(api, "secretive", "CRAWL");
        awaitStatus(api, "secretive", crawl, "SUCCEEDED");
        List<String> answers = List.of(
                api.get("/api/connections/secretive").expect(200).toString(),
                api.get("/api/connections?limit=100").expect(200).toString(),
                onlyRun(api, "secretive", crawl).toString());
        assertThat(answers).noneMatch(answer -> answer.contains(ServiceUnderTest.SOURCE_PASSWORD));
        // Each place must contain something about the connection, or the search would prove nothing.
        assertThat(answers.getFirst()).contains("secretive");
        // A run's end is logged after its commit.
        await().atMost(ServiceUnderTest.LIMIT).until(() -> log.getAll().contains(crawl));
        assertThat(log.getAll()).doesNotContain(ServiceUnderTest.SOURCE_PASSWORD);
        Places places = new Places(service);
        assertThat(places.tablesWith("secretive")).contains("connection", "task");
        assertThat(places.tablesWith(ServiceUnderTest.SOURCE_PASSWORD)).isEmpty();
        assertThat(places.recordsWith("secretive")).isPositive();
        assertThat(places.recordsWith(ServiceUnderTest.SOURCE_PASSWORD)).isZero();
    }

    @Test
    void aDeletedConnectionIsGoneAndItsTaskStaysReadable() throws Exception {
        service.connect(api, "short-lived");
        awaitStatus(api, "short-lived", ServiceUnderTest.create(api, "short-lived", "CRAWL"), "SUCCEEDED");
        api.send("POST", "/api/connections/short-lived/deactivate", Map.of()).expect(200);
        String task = api.send("DELETE", "/api/connections/short-lived", Map.of())
                .expect(202)
                .get("taskId")
                .stringValue();
        awaitStatus(api, "short-lived", task, "SUCCEEDED");
        assertThat(api.get("/api/connections/short-lived").status()).isEqualTo(404);
        assertThat(onlyRun(api, "short-lived", task)
                        .at("/result/objectsDeleted")
                        .intValue())
                .isGreaterThan(3);
    }

    @Test
    void whatIsAcceptedWhileKafkaIsAwayRunsWhenItIsBack() throws Exception {
        service.connect(api, "patient");
        service.kafka().stop();
        String task;
        try {
            task = ServiceUnderTest.create(api, "patient", "VALIDATE");
            assertThat(status(api, "patient", task)).isEqualTo("PENDING");
        } finally {
            service.kafka().start();
        }
        awaitStatus(api, "patient", task, "SUCCEEDED");
    }

    @Test
    void anApiKilledBetweenCommitAndPublishLosesNothing() throws Exception {
        ServiceUnderTest.ApiProcess doomed = service.startApiProcess();
        service.connect(doomed.client(), "survivor");
        // Without Kafka the command cannot leave before the kill, so the kill falls between commit and publish.
        service.kafka().stop();
        String task;
        try {
            task = ServiceUnderTest.create(doomed.client(), "survivor", "VALIDATE");
            doomed.process().destroyForcibly().waitFor();
        } finally {
            service.kafka().start();
        }
        awaitStatus(api, "survivor", task, "SUCCEEDED");
    }
}
