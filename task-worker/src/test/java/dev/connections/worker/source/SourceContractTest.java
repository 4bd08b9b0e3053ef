package dev.connections.worker.source;

import static dev.connections.worker.source.Containers.below;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailures;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** What every technology does, whatever else it can; a technology adds a {@link SourceServer}. */
public abstract class SourceContractTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String WRONG_SECRET = "wr0ng-s3cret";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration IMPATIENCE = Duration.ofMillis(300);
    private static final int MANY_COLUMNS = 1_500;

    private final SourceServer server;
    private final String database = "contract" + NUMBER.incrementAndGet() + "_db";
    private final Containers containers;
    private final CatalogFixture fixture;

    protected SourceContractTest(SourceServer server) {
        this.server = server;
        this.containers = new Containers(server, database);
        this.fixture = connection(configuration(server.port()), network(server.port()));
    }

    @AfterEach
    void close() {
        fixture.close();
        containers.close();
    }

    @Test
    void theSourceIsReachedAndNothingIsAmiss() throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id"));
        assertThat(validate(fixture))
                .allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class))
                .hasAtLeastOneElementOfType(Finding.Passed.class);
    }

    @Test
    void aLoginThatIsRefusedIsSaidSoWithoutTheSecret() {
        ObjectNode configuration = configuration(server.port());
        server.setSecret(configuration, WRONG_SECRET);
        assertThat(failures(configuration, network(server.port()))).allSatisfy(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
            assertThat(error.retryable()).isFalse();
            assertThat(error.message()).doesNotContain(WRONG_SECRET);
        });
    }

    @Test
    void aHostThatIsNotAllowedIsNotReached() {
        assertThat(failures(server.port(), server.network(false, PATIENCE, server.port())))
                .extracting(TaskError::code)
                .containsOnly(ErrorCode.HOST_NOT_ALLOWED);
    }

    @Test
    void aPortThatNobodyListensAtIsNamedWithWhatToOpen() throws Exception {
        try (Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = reserved.getLocalPort();
            assertThat(failures(port, network(port))).allSatisfy(error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
                assertThat(error.message())
                        .contains("open the firewall between the workers and ")
                        .endsWith(":" + port);
            });
        }
    }

    @Test
    void aPortBehindAFirewallThatDropsWhatComesIsNamedWithWhatToOpen() throws Exception {
        try (FullPort full = new FullPort()) {
            assertThat(failures(full.port(), server.network(true, IMPATIENCE, full.port())))
                    .allSatisfy(error -> {
                        assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
                        assertThat(error.message())
                                .contains(
                                        ":" + full.port() + " did not answer",
                                        "open the firewall between the workers and ");
                    });
        }
    }

    @Test
    void aServerThatHangsIsLeftAtTheLimit() throws Exception {
        try (FakeServer silent = FakeServer.thatIsSilent()) {
            assertThat(failures(silent.port(), server.network(true, IMPATIENCE, silent.port())))
                    .extracting(TaskError::code)
                    .containsOnly(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void aServerThatDripsIsLeftAtTheLimit() throws Exception {
        try (FakeServer dripping = FakeServer.thatDrips(server.beginningOfAnswer())) {
            assertThat(failures(configuration(dripping.port()), server.network(true, IMPATIENCE, dripping.port())))
                    .extracting(TaskError::code)
                    .containsOnly(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void aServerThatHangsUpIsAClearErrorThatIsTriedAgain() throws Exception {
        try (FakeServer rude = FakeServer.thatHangsUp()) {
            assertThat(failures(rude.port(), network(rude.port())))
                    .allSatisfy(SourceContractTest::assertClearAndTriedAgain);
        }
    }

    @Test
    void garbageIsAClearErrorThatIsTriedAgain() throws Exception {
        List<String> answers = new ArrayList<>(server.garbage());
        answers.add("HTTP/1.1 400 Bad Request\r\n\r\n");
        answers.add("\0\0\0\0\0\0\0\0");
        for (String answer : answers) {
            try (FakeServer garbage = server.greets() ? FakeServer.thatGreets(answer) : FakeServer.thatSays(answer)) {
                assertThat(failures(garbage.port(), network(garbage.port())))
                        .as(answer)
                        .allSatisfy(SourceContractTest::assertClearAndTriedAgain);
            }
        }
    }

    @Test
    void aStopEndsALoginThatHangs() throws Exception {
        try (FakeServer silent = FakeServer.thatIsSilent()) {
            CatalogFixture hanging = connection(configuration(silent.port()), network(silent.port()));
            Execution execution = hanging.execution(TaskType.CRAWL, TaskInput.DEFAULT);
            CompletableFuture<Throwable> thrown = read(hanging, execution);
            silent.awaitConnection();
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
            hanging.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Execution.StopReason.class,
            names = {"CANCELED", "TIMED_OUT"})
    void aCancelOrTheTimeLimitEndsTheStatementAtTheSource(Execution.StopReason reason) throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id"));
        Execution execution = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        try (AutoCloseable held = server.hold(sales.getFirst())) {
            assertThat(held).isNotNull();
            CompletableFuture<Throwable> thrown = read(fixture, execution);
            await().until(() -> server.isHeld(sales.getFirst()) || thrown.isDone());
            assertThat(thrown).isNotDone();
            execution.stop(reason);
            assertThat(thrown.get(5, TimeUnit.SECONDS)).isNotNull();
            await().atMost(Duration.ofSeconds(5)).until(() -> !server.isHeld(sales.getFirst()));
        }
        assertThat(fixture.rowVersions()).isEmpty();
    }

    @Test
    void tablesAndViewsAreFoundAtTheirPathsWithTheirColumns() throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id", "total"));
        server.createView(below(sales, "all_orders"), "orders");

        assertThat(fixture.crawl().warnings()).isEqualTo(warnings());

        assertThat(fixture.valueAt("path_types", sales))
                .isEqualTo("{"
                        + String.join(
                                ",", server.levels().stream().map(Enum::name).toList()) + "}");
        assertThat(inside(sales, "name || ' ' || normalized_type || ' ' || column_names::text"))
                .containsExactly("all_orders VIEW {id,total}", "orders TABLE {id,total}");
    }

    @Test
    void anUnchangedCrawlWritesNothing() throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id", "total"));
        server.createView(below(sales, "all_orders"), "orders");
        CrawlResult first = fixture.crawl();
        List<String> versions = fixture.rowVersions();

        CrawlResult second = fixture.crawl();

        long seen = first.objects().seen();
        assertThat(second.objects()).isEqualTo(new CrawlResult.Objects(seen, 0, 0, seen, 0, 0));
        assertThat(fixture.rowVersions()).isEqualTo(versions);
    }

    @Test
    void aTableKeepsItsObjectWhenItIsRenamedAndItsIdStays() throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id"));
        fixture.crawl();
        UUID id = fixture.idAt(below(sales, "orders"));
        server.renameTable(below(sales, "orders"), "purchases");

        CrawlResult result = fixture.crawl();

        boolean keeps = server.keepsIds();
        assertThat(fixture.idAt(below(sales, "purchases")).equals(id)).isEqualTo(keeps);
        assertThat(result.objects().updated()).isEqualTo(keeps ? 1 : 0);
        assertThat(result.objects().created()).isEqualTo(keeps ? 0 : 1);
        assertThat(result.objects().missing()).isEqualTo(keeps ? 0 : 1);
    }

    @Test
    void whatIsDroppedIsMissing() throws Exception {
        List<String> sales = containers.create("sales");
        List<String> stock = containers.create("stock");
        server.createTable(below(sales, "orders"), List.of("id"));
        server.createTable(below(sales, "returns"), List.of("id"));
        server.createView(below(sales, "all_orders"), "orders");
        server.createTable(below(stock, "items"), List.of("id"));
        fixture.crawl();
        server.dropView(below(sales, "all_orders"));
        server.dropTable(below(sales, "orders"));
        containers.drop(stock);

        assertThat(fixture.crawl().objects().missing()).isEqualTo(4);

        assertThat(fixture.list("name", "missing_since is not null"))
                .containsExactlyInAnyOrder("all_orders", "orders", stock.getLast(), "items");
    }

    @Test
    void aTableThatIsBuiltAnewReplacesTheOldOne() throws Exception {
        List<String> sales = containers.create("sales");
        server.createTable(below(sales, "orders"), List.of("id"));
        fixture.crawl();
        UUID id = fixture.idAt(below(sales, "orders"));
        String remoteId = fixture.valueAt("remote_id", below(sales, "orders"));
        server.dropTable(below(sales, "orders"));
        server.createTable(below(sales, "orders"), List.of("id", "total"));

        CrawlResult result = fixture.crawl();

        long seen = result.objects().seen();
        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(seen, 0, 1, seen - 1, 0, 0));
        assertThat(fixture.idAt(below(sales, "orders"))).isEqualTo(id);
        assertThat(fixture.valueAt("column_names", below(sales, "orders"))).isEqualTo("{id,total}");
        if (server.keepsIds()) {
            assertThat(fixture.valueAt("remote_id", below(sales, "orders"))).isNotEqualTo(remoteId);
        }
    }

    @Test
    void whatTheFiltersLeaveOutIsNeitherFoundNorMissing() throws Exception {
        List<String> sales = containers.create("sales");
        for (String table : List.of("orders", "tmp_kept", "tmp_dropped")) {
            server.createTable(below(sales, table), List.of("id"));
        }
        fixture.crawl();
        fixture.settings = CatalogFixture.settings(fixture.settings.crawl().include(), List.of("**/tmp_*"));
        server.dropTable(below(sales, "tmp_dropped"));
        server.createTable(below(sales, "tmp_new"), List.of("id"));
        server.createTable(below(sales, "returns"), List.of("id"));

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().created()).isEqualTo(1);
        assertThat(result.objects().missing()).isZero();
        assertThat(inside(sales, "name")).containsExactly("orders", "returns", "tmp_dropped", "tmp_kept");
    }

    @Test
    void aCrawlOfOneObjectLooksAtNothingBesideIt() throws Exception {
        List<String> sales = containers.create("sales");
        List<String> stock = containers.create("stock");
        for (List<String> path : List.of(below(sales, "orders"), below(sales, "returns"), below(stock, "items"))) {
            server.createTable(path, List.of("id"));
        }
        fixture.crawl();
        server.dropTable(below(sales, "returns"));
        server.dropTable(below(stock, "items"));
        server.createTable(below(sales, "carts"), List.of("id"));
        server.createTable(below(stock, "shelves"), List.of("id"));
        server.createTable(below(stock, "orders"), List.of("id"));

        assertThat(fixture.crawl(TaskInput.of(fixture.idAt(below(sales, "orders"))))
                        .objects())
                .isEqualTo(new CrawlResult.Objects(1, 0, 0, 1, 0, 0));
        assertThat(fixture.crawl(TaskInput.of(fixture.idAt(sales))).objects())
                .isEqualTo(new CrawlResult.Objects(3, 1, 0, 2, 1, 0));
        assertThat(fixture.list("name", "missing_since is not null")).containsExactly("returns");
        assertThat(inside(stock, "name")).containsExactly("items");
    }

    @Test
    void aTableOfManyColumnsIsReadWithAllOfThem() throws Exception {
        List<String> sales = containers.create("sales");
        List<String> columns =
                IntStream.range(0, MANY_COLUMNS).mapToObj(i -> "c" + i).toList();
        server.createTable(below(sales, "wide"), columns);

        fixture.crawl();

        assertThat(fixture.valueAt("array_to_string(column_names, ' ')", below(sales, "wide")))
                .isEqualTo(String.join(" ", columns));
    }

    @Test
    void namesAreAsTheSourceHasThem() throws Exception {
        List<String> sales = containers.create("sales");
        for (String name : server.oddNames()) {
            server.createTable(below(sales, name), List.of(name));
        }

        assertThat(fixture.crawl().objects().missing()).isZero();

        assertThat(inside(sales, "name")).containsExactlyInAnyOrderElementsOf(server.oddNames());
        assertThat(inside(sales, "column_names[1]")).containsExactlyInAnyOrderElementsOf(server.oddNames());
        assertThat(fixture.crawl().objects().unchanged())
                .isEqualTo(fixture.list("id", "true").size());
        for (String name : server.oddNames()) {
            server.dropTable(below(sales, name));
        }
        server.createTable(below(sales, "orders"), List.of("id"));
        assertThat(fixture.crawl(new TaskInput(null, false, true)).objects().missing())
                .isEqualTo(server.oddNames().size());
    }

    /** Those of each crawl of the technology. */
    private List<String> warnings() {
        return server.isReal() ? List.of() : List.of(Sources.unproven(server.technology()));
    }

    /** The texts of an expression over what is directly in a container, in the order of the names. */
    private List<String> inside(List<String> container, String expression) {
        return fixture.list(expression, "parent_id = '" + fixture.idAt(container) + "'");
    }

    /** A connection that covers the databases of this test. */
    private CatalogFixture connection(ObjectNode configuration, NetworkProperties network) {
        Sources sources = CatalogFixture.sources(server::source, network);
        String key = database + "_" + NUMBER.incrementAndGet();
        CatalogFixture connection = new CatalogFixture(server.technology(), sources, key) {
            @Override
            protected ObjectNode configuration() {
                return configuration;
            }
        };
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        return connection;
    }

    private List<Finding> validate(CatalogFixture connection) throws Exception {
        try (SourceProbe probe =
                connection.technologies().probe(connection.execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            return List.of(
                    probe.checkNetwork(), probe.checkTls(), probe.checkAuthentication(), probe.checkPrivileges());
        }
    }

    private NetworkProperties network(int port) {
        return server.network(true, PATIENCE, port);
    }

    private ObjectNode configuration(int port) {
        return server.configurations(port, database).getFirst();
    }

    /** The errors of all that fails at a port, however the technology begins to talk. */
    private List<TaskError> failures(int port, NetworkProperties network) {
        return server.configurations(port, database).stream()
                .flatMap(configuration -> failures(configuration, network).stream())
                .toList();
    }

    /** The errors of a validation and of a crawl, which both fail. */
    private List<TaskError> failures(ObjectNode configuration, NetworkProperties network) {
        try (CatalogFixture connection = connection(configuration, network)) {
            List<Throwable> thrown =
                    List.of(catchThrowable(() -> validate(connection)), catchThrowable(connection::crawl));
            return thrown.stream().map(RunFailures::errorOf).toList();
        }
    }

    private static void assertClearAndTriedAgain(TaskError error) {
        assertThat(error.code()).isIn(ErrorCode.REMOTE_ERROR, ErrorCode.TLS_FAILED);
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).isNotBlank().doesNotContain("Exception", "java", "\0");
    }

    private static CompletableFuture<Throwable> read(CatalogFixture connection, Execution execution) {
        return CompletableFuture.supplyAsync(() -> catchThrowable(() -> connection.read(execution)));
    }
}
