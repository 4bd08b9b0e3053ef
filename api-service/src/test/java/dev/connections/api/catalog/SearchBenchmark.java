package dev.connections.api.catalog;

import dev.connections.json.Json;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Times every kind of search on a catalog of {@link CatalogSample}. The server needs room for it: a million objects fit
 * into {@code shared_buffers} of 2 GB.
 *
 * <p>Arguments: the JDBC URL of a database that is empty or was filled by an earlier run, how many searches of each
 * kind, and a part of the names of the kinds that are wanted (default: all). From the root of the repository:
 *
 * <pre>
 * mvn -q -pl api-service -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp "api-service/target/test-classes:api-service/target/classes:$(cat api-service/target/classpath)" \
 *     dev.connections.api.catalog.SearchBenchmark "jdbc:postgresql://HOST/DATABASE?user=USER&amp;password=PASSWORD" 200
 * </pre>
 */
final class SearchBenchmark {
    private static final PrintStream out = System.out;
    private static final List<String> MANY_COLUMNS = List.of("status_6", "amount_7", "email", "country");

    private static final String SOME_OBJECT = """
            select name, remote_id, to_jsonb(path)::text as path,
                   jsonb_build_object('name', path[1], 'type', path_types[1], 'child', jsonb_build_object(
                       'name', path[2], 'type', path_types[2], 'child', jsonb_build_object(
                           'name', path[3], 'type', path_types[3])))::text as typed_path
              from data_object
             where connection_id = md5('connection' || :connection::int)::uuid
               and remote_scope = 'database_' || :database::int and remote_id = (20000 + :number::int)::text
            """;

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

    public static void main(String[] arguments) {
        SingleConnectionDataSource database = new SingleConnectionDataSource(arguments[0], true);
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
            new SearchBenchmark(database, Integer.parseInt(arguments[1])).run(arguments.length > 2 ? arguments[2] : "");
        }
    }

    private void run(String only) {
        out.printf("%-60s %5s %8s %8s %8s%n", "search", "found", "median", "p99", "max (ms)");
        kinds().forEach((kind, body) -> {
            if (kind.contains(only)) {
                time(kind, body);
            }
        });
    }

    private Map<String, String> kinds() {
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
        Map<String, String> kinds = new LinkedHashMap<>();
        filters.forEach((name, filter) -> {
            for (String by : List.of("name", "type", "createdAt", "updatedAt", "lastSyncedAt")) {
                for (String order : List.of("asc", "desc")) {
                    kinds.put(
                            name + " by " + by + " " + order,
                            "{%s, 'sortBy': '%s', 'sortOrder': '%s'}".formatted(filter, by, order));
                }
            }
        });
        return kinds;
    }

    private void time(String kind, String body) {
        long[] nanos = new long[searches];
        int found = 0;
        for (int i = 0; i < searches; i++) {
            SearchRequest request = Json.read(fill(body.replace('\'', '"')), SearchRequest.class);
            int pages = i % 3;
            @Nullable List<String> after = null;
            for (int page = 0; page <= pages; page++) {
                long begin = System.nanoTime();
                List<Listed> result = search(request, after);
                nanos[i] = System.nanoTime() - begin;
                found = result.size();
                if (found == 0) {
                    break;
                }
                after = result.getLast().key();
            }
        }
        Arrays.sort(nanos);
        out.printf(
                "%-60s %5d %8.1f %8.1f %8.1f%s%n",
                kind,
                found,
                nanos[searches / 2] / 1e6,
                nanos[(int) (searches * 0.99)] / 1e6,
                nanos[searches - 1] / 1e6,
                nanos[(int) (searches * 0.99)] > 50_000_000 ? "  <<<" : "");
    }

    private List<Listed> search(SearchRequest request, @Nullable List<String> after) {
        return store.find(new Search(
                request.connection() == null ? null : store.connections(request.connection()),
                Conditions.of(request.dataObject()),
                request.ordering(),
                after,
                21));
    }

    /** Puts the words of some object, and of its neighbours in number, in the places of a body. */
    private String fill(String body) {
        int number = 1 + random.nextInt(SAMPLE.tablesOfAConnection());
        int connection = 1 + random.nextInt(SAMPLE.connections());
        return jdbc.sql(SOME_OBJECT)
                .param("connection", connection)
                .param("database", number > SAMPLE.tablesOfAConnection() / 2 ? 2 : 1)
                .param("number", number)
                .query((row, i) -> {
                    String name = row.getString("name");
                    return body.replace("$name", name)
                            .replace("$word", name.substring(0, name.indexOf('_')))
                            .replace("$letters", name.substring(name.length() - 2))
                            .replace("$suffix", name.substring(name.length() - 5))
                            .replace("$remoteId", row.getString("remote_id"))
                            .replace("$path", row.getString("path"))
                            .replace("$typedPath", row.getString("typed_path"))
                            .replace("$column", MANY_COLUMNS.get(number % MANY_COLUMNS.size()))
                            .replace("$rareColumn", "c" + number % 30_000)
                            .replace("$connection", "conn-" + connection);
                })
                .single();
    }
}
