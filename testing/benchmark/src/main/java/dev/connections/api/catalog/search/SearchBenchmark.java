package dev.connections.api.catalog.search;

import dev.connections.api.catalog.Listed;
import dev.connections.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Times every kind of search on a catalog of {@link CatalogSample}. The server needs room for it: a million objects fit
 * into {@code shared_buffers} of 2 GB. It lives in the package of the search, because it takes the keys of pages in the
 * middle by the search's own conditions.
 */
public final class SearchBenchmark {
    private static final PrintStream out = System.out;
    private static final List<String> MANY_COLUMNS = List.of("status_6", "amount_7", "email", "country");

    private static final List<Map.Entry<String, List<String>>> MEMBERS = List.of(
            Map.entry("connection", List.of("{'connectionKey': '$connection'}", "{'technology': 'MySQL'}")),
            Map.entry("nameContains", List.of("'$word'", "'$letters'", "'$suffix'")),
            Map.entry("objectType", List.of("'TABLE'", "'VIEW'", "'MATERIALIZED_VIEW'", "'FOREIGN_TABLE'", "'SCHEMA'")),
            Map.entry("normalizedType", List.of("'TABLE'", "'VIEW'", "'SCHEMA'")),
            Map.entry("columnName", List.of("'created_at'", "'$column'", "'$rareColumn'")),
            Map.entry("state", List.of("'ACTIVE'", "'INACTIVE'")),
            Map.entry("remoteState", List.of("'PRESENT'", "'MISSING'")));

    private static final String SOME_OBJECT = """
            select {columns} from data_object d left join listing l on l.id = d.listed_with
             where d.connection_id = md5('connection' || :connection::int)::uuid
               and d.remote_scope = 'database_' || :database::int and d.remote_id = (20000 + :number::int)::text
            """;

    private static final String SOME_KEY = """
            select array[{key}]
              from data_object d
              left join listing l on l.id = d.listed_with
              left join data_object parent on parent.id = d.parent_id
              left join data_object root on root.id = d.root_id
             where get_byte(uuid_send(d.id), 15) = 0 and {fitting}
               and (:anywhere or d.connection_id = any(cast(:connections as uuid[])))
             order by md5(d.id::text || :seed) limit 1
            """;

    private static final String WORDS = """
            d.name, d.remote_id, to_jsonb(d.path)::text as path,
            jsonb_build_object('name', d.path[1], 'type', d.path_types[1], 'child', jsonb_build_object(
                'name', d.path[2], 'type', d.path_types[2], 'child', jsonb_build_object(
                    'name', d.path[3], 'type', d.path_types[3])))::text as typed_path""";

    private static final int WARM_UP = 100;

    private static final CatalogSample SAMPLE = new CatalogSample(20, 2500);

    private final Random random = new Random(7);
    private final SearchStore store;
    private final JdbcClient jdbc;
    private final int searches;

    private SearchBenchmark(DataSource database, int searches) {
        this.jdbc = JdbcClient.create(database);
        this.store = new SearchStore(jdbc, new TransactionTemplate(new DataSourceTransactionManager(database)));
        this.searches = searches;
    }

    /**
     * Prints what it measures.
     *
     * @param url the JDBC URL of a database that is empty or was filled by an earlier run
     * @param searches how many of each kind
     * @param only a part of the names of the kinds that are wanted, or the body of a search; all kinds where it is empty
     */
    public static void run(String url, int searches, String only) {
        SingleConnectionDataSource database = new SingleConnectionDataSource(url, true);
        try (database) {
            Flyway.configure()
                    .dataSource(database)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            JdbcClient jdbc = JdbcClient.create(database);
            if (jdbc.sql("select not exists (select from connection)")
                    .query(Boolean.class)
                    .single()) {
                SAMPLE.writeTo(jdbc);
            }
            new SearchBenchmark(database, searches).run(only);
        }
    }

    private void run(String only) {
        out.printf("%-60s %5s %8s %8s %8s%n", "search", "found", "median", "p99", "max (ms)");
        Map<String, Supplier<String>> kinds = only.startsWith("{") ? Map.of("the body", () -> only) : kinds();
        // A server's pool of connections is older than its first search, and so is its code.
        kinds.values().stream().limit(WARM_UP).forEach(body -> searchOnce(body.get(), 0));
        kinds.forEach((kind, body) -> {
            if (only.startsWith("{") || kind.contains(only)) {
                time(kind, body);
            }
        });
    }

    private Map<String, Supplier<String>> kinds() {
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("name", "'dataObject': {'name': '$name'}");
        filters.put("nameContains, common", "'dataObject': {'nameContains': '$word'}");
        filters.put("nameContains, two letters", "'dataObject': {'nameContains': '$letters'}");
        filters.put("nameContains, rare", "'dataObject': {'nameContains': '$suffix'}");
        filters.put("objectType, common", "'dataObject': {'objectType': 'TABLE'}");
        filters.put("objectType, rare", "'dataObject': {'objectType': 'FOREIGN_TABLE'}");
        filters.put("normalizedType SCHEMA", "'dataObject': {'normalizedType': 'SCHEMA'}");
        filters.put("normalizedType VIEW", "'dataObject': {'normalizedType': 'VIEW'}");
        filters.put("remoteId", "'dataObject': {'remoteId': '$remoteId'}");
        filters.put("simpleObjectPath", "'dataObject': {'simpleObjectPath': $path}");
        filters.put("objectPath", "'dataObject': {'objectPath': $typedPath}");
        filters.put("columnName, common", "'dataObject': {'columnName': 'created_at'}");
        filters.put("columnName, some", "'dataObject': {'columnName': '$column'}");
        filters.put("columnName, rare", "'dataObject': {'columnName': '$rareColumn'}");
        filters.put("state ACTIVE", "'dataObject': {'state': 'ACTIVE'}");
        filters.put("state INACTIVE", "'dataObject': {'state': 'INACTIVE'}");
        filters.put("remoteState PRESENT", "'dataObject': {'remoteState': 'PRESENT'}");
        filters.put("remoteState MISSING", "'dataObject': {'remoteState': 'MISSING'}");
        filters.put(
                "connection + normalizedType",
                "'connection': {'connectionKey': '$connection'}, 'dataObject': {'normalizedType': 'VIEW'}");
        filters.put(
                "connection + nameContains",
                "'connection': {'connectionKey': '$connection'}, 'dataObject': {'nameContains': '$letters'}");
        filters.put(
                "connection + MISSING",
                "'connection': {'connectionKey': '$connection'}, 'dataObject': {'remoteState': 'MISSING'}");
        filters.put(
                "connection + INACTIVE",
                "'connection': {'connectionKey': '$connection'}, 'dataObject': {'state': 'INACTIVE'}");
        filters.put(
                "connection + rare type",
                "'connection': {'connectionKey': '$connection'}, 'dataObject': {'objectType': 'FOREIGN_TABLE'}");
        filters.put(
                "technology + columnName",
                "'connection': {'technology': 'MySQL'}, 'dataObject': {'columnName': '$column'}");
        filters.put(
                "technology, host, port + normalizedType",
                "'connection': {'technology': 'PostgreSQL', 'host': 'db3.example.com', 'port': 5432}, "
                        + "'dataObject': {'normalizedType': 'TABLE'}");
        filters.put(
                "technology + MISSING",
                "'connection': {'technology': 'MySQL'}, 'dataObject': {'remoteState': 'MISSING'}");
        filters.put(
                "view + column + active + present",
                "'dataObject': {'normalizedType': 'VIEW', 'columnName': '$column', 'state': 'ACTIVE',"
                        + " 'remoteState': 'PRESENT'}");
        filters.put(
                "table + contains + inactive",
                "'dataObject': {'normalizedType': 'TABLE', 'nameContains': '$word', 'state': 'INACTIVE'}");
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        filters.forEach((name, filter) -> putOrders(kinds, name, () -> filter));
        putOrders(kinds, "any combination", this::anyCombination);
        return kinds;
    }

    private static void putOrders(Map<String, Supplier<String>> kinds, String name, Supplier<String> filter) {
        for (String by : List.of("name", "type", "createdAt", "updatedAt", "lastSyncedAt")) {
            for (String order : List.of("asc", "desc")) {
                kinds.put(
                        name + " by " + by + " " + order,
                        () -> "{%s, 'sortBy': '%s', 'sortOrder': '%s'}".formatted(filter.get(), by, order));
            }
        }
    }

    /** Two to four members at random, whether anything fits all of them or not. */
    private String anyCombination() {
        List<Map.Entry<String, List<String>>> members = new ArrayList<>(MEMBERS);
        Collections.shuffle(members, random);
        List<String> ofObject = new ArrayList<>();
        String ofConnection = "";
        for (var member : members.subList(0, 2 + random.nextInt(3))) {
            String value =
                    member.getValue().get(random.nextInt(member.getValue().size()));
            String text = "'%s': %s".formatted(member.getKey(), value);
            if (member.getKey().equals("connection")) {
                ofConnection = text + ", ";
            } else {
                ofObject.add(text);
            }
        }
        return ofConnection + "'dataObject': {" + String.join(", ", ofObject) + "}";
    }

    private void time(String kind, Supplier<String> body) {
        List<Timed> all = IntStream.range(0, searches)
                .mapToObj(i -> searchOnce(body.get(), i))
                .sorted(Comparator.comparingLong(Timed::nanos))
                .toList();
        Timed p99 = all.get((int) (searches * 0.99));
        out.printf(
                "%-60s %5d %8.1f %8.1f %8.1f%s%n",
                kind,
                all.getLast().found(),
                all.get(searches / 2).nanos() / 1e6,
                p99.nanos() / 1e6,
                all.getLast().nanos() / 1e6,
                p99.nanos() > 50_000_000 ? "  <<< " + p99.body() : "");
    }

    private record Timed(String body, int found, long nanos) {}

    /** One of the first three pages, and every other time the page behind some object that fits. */
    private Timed searchOnce(String template, int number) {
        String body = fill(template.replace('\'', '"'));
        SearchRequest request = Json.read(body, SearchRequest.class);
        boolean anywhere = number % 2 == 1;
        @Nullable List<String> after = anywhere ? someKey(request) : null;
        int pages = anywhere ? 1 : 1 + number / 2 % 3;
        Timed timed;
        do {
            long begin = System.nanoTime();
            List<Listed> result = store.find(store.resolve(request, after, 21));
            timed = new Timed(body, result.size(), System.nanoTime() - begin);
            after = result.isEmpty() ? null : result.getLast().key();
            pages--;
        } while (pages > 0 && after != null);
        return timed;
    }

    /** The key of some object that fits, as of a client that has come so far; null where the sample has none. */
    private @Nullable List<String> someKey(SearchRequest request) {
        Search search = store.resolve(request, null, 1);
        String key = request.ordering().expressions().stream()
                .map(expression -> "(" + expression + ")::text")
                .collect(Collectors.joining(", "));
        String fitting = search.conditions().all().stream().map(Condition::sql).collect(Collectors.joining(" and "));
        StatementSpec statement = jdbc.sql(SOME_KEY.replace("{key}", key).replace("{fitting}", fitting))
                .param("anywhere", search.connections() == null)
                .param(
                        "connections",
                        Objects.requireNonNullElse(search.connections(), List.<UUID>of()).stream()
                                .map(UUID::toString)
                                .toArray(String[]::new))
                .param(
                        "types",
                        Objects.requireNonNullElse(search.types(), List.<String>of())
                                .toArray(String[]::new))
                .param("seed", random.nextInt());
        for (Condition condition : search.conditions().all()) {
            statement = statement.params(condition.values());
        }
        return statement
                .query((row, i) -> List.of((String[]) row.getArray(1).getArray()))
                .optional()
                .orElse(null);
    }

    /** Puts the words of some object, and of its neighbours in number, in the places of a body. */
    private String fill(String body) {
        int some = random.nextInt(SAMPLE.tablesOfAConnection());
        return someObject(WORDS)
                .query((row, i) -> {
                    String name = row.getString("name");
                    return body.replace("$name", name)
                            .replace("$word", name.substring(0, name.indexOf('_')))
                            .replace("$letters", name.substring(name.length() - 2))
                            .replace("$suffix", name.substring(name.length() - 5))
                            .replace("$remoteId", row.getString("remote_id"))
                            .replace("$path", row.getString("path"))
                            .replace("$typedPath", row.getString("typed_path"))
                            .replace("$column", MANY_COLUMNS.get(some % MANY_COLUMNS.size()))
                            .replace("$rareColumn", "c" + some % 30_000)
                            .replace("$connection", "conn-" + (1 + random.nextInt(SAMPLE.connections())));
                })
                .single();
    }

    private StatementSpec someObject(String columns) {
        int number = 1 + random.nextInt(SAMPLE.tablesOfAConnection());
        return jdbc.sql(SOME_OBJECT.replace("{columns}", columns))
                .param("connection", 1 + random.nextInt(SAMPLE.connections()))
                .param("database", number > SAMPLE.tablesOfAConnection() / 2 ? 2 : 1)
                .param("number", number);
    }
}
