package dev.connections.api.catalog;

import dev.connections.api.catalog.SearchRequest.ConnectionFilter;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Answers searches over the catalogs of all connections. */
@Component
class SearchStore {
    private static final String OF_KEY = "select id from connection where connection_key = :key";

    private static final String OF_TECHNOLOGY = """
            select id from connection
             where technology = :technology
               and (:host::text is null or lower(client_configuration ->> 'host') = lower(:host))
               and (:port::int is null or :port = coalesce(
                       (client_configuration ->> 'port')::int,
                       case when client_configuration -> 'tls' ->> 'mode' in ('REQUIRE', 'VERIFY_CA', 'VERIFY_FULL')
                            then :tlsPort else :plainPort end))
             order by id
            """;

    /**
     * A plan made for other values may take the wrong index, and compiling one takes longer than running it. A walk
     * follows an index and looks up what it needs; whatever reads more than that, the planner chooses only because it
     * takes the many objects of equal keys for few.
     */
    private static final String PLAN = """
            select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
                   set_config(beyond_a_walk, :allowed, true)
              from unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_hashjoin',
                                'enable_mergejoin']) beyond_a_walk
            """;

    private static final long WORTH_COLLECTING = 50_000;
    /** So many in the sample stand for 5,000 in all. */
    private static final int COMMON_IN_SAMPLE = 20;

    private static final int FIRST_BLOCKS = 8;

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;

    SearchStore(JdbcClient jdbc, TransactionOperations transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** The ids of the connections that the filter means. */
    List<UUID> connections(ConnectionFilter filter) {
        Technology technology = filter.technology();
        if (technology == null) {
            return jdbc.sql(OF_KEY)
                    .param("key", filter.connectionKey())
                    .query((row, i) -> row.getObject(1, UUID.class))
                    .list();
        }
        return jdbc.sql(OF_TECHNOLOGY)
                .param("technology", technology.label())
                .param("host", filter.host(), java.sql.Types.VARCHAR)
                .param("port", filter.port(), java.sql.Types.INTEGER)
                .param("tlsPort", technology.defaultPort(true))
                .param("plainPort", technology.defaultPort(false))
                .query((row, i) -> row.getObject(1, UUID.class))
                .list();
    }

    /** The objects that fit, in order, at most as many as wanted. */
    List<Listed> find(Search search) {
        List<UUID> connections = search.connections();
        if (connections != null && connections.isEmpty()) {
            return List.of();
        }
        return Objects.requireNonNull(transaction.execute(status -> answer(new SearchSql(search), search)));
    }

    private List<Listed> answer(SearchSql sql, Search search) {
        if (search.conditions().pointed()) {
            return collect(sql.collection(), search);
        }
        List<Listed> walked = walk(sql.shortWalk(), search);
        if (walked.size() == search.limit()) {
            return walked;
        }
        Condition contains = search.conditions().contains();
        return contains == null ? walkOrCollect(sql, search) : byName(contains, sql, search);
    }

    private List<Listed> walkOrCollect(SearchSql sql, Search search) {
        return expected(sql, search) > WORTH_COLLECTING
                ? walk(sql.fullWalk(), search)
                : collect(sql.collection(), search);
    }

    /** The planner knows how common two letters are, but not how common they are together: a sample does. */
    private List<Listed> byName(Condition contains, SearchSql sql, Search search) {
        if (!isCommon(sql.sampleOfNames(contains), search)) {
            return collect(sql.collection(), search);
        }
        if (!isCommon(sql.sample(), search)) {
            return collect(sql.collectionOtherwise(), search);
        }
        if (search.hasBlocks()) {
            return walkBlocks(sql, search);
        }
        List<Listed> walked = walk(sql.longWalk(), search);
        return walked.size() == search.limit() ? walked : walkOrCollect(sql, search);
    }

    List<Listed> walk(String sql, Search search) {
        plan("off");
        return bind(sql, search).query(DataObjectRows::listed).list();
    }

    /** Walks through the blocks of names that may have the text: a few at first, and then more and more at once. */
    List<Listed> walkBlocks(SearchSql sql, Search search) {
        plan("off");
        List<NameBlock> blocks = NameBlock.joined(bind(sql.blocks(), search)
                .query((row, i) -> new NameBlock(row.getString(1), row.getString(2)))
                .list());
        List<Listed> found = new ArrayList<>();
        int size = FIRST_BLOCKS;
        for (int i = 0; i < blocks.size() && found.size() < search.limit(); i += size, size *= 4) {
            List<NameBlock> some = blocks.subList(i, Math.min(i + size, blocks.size()));
            found.addAll(bind(sql.walkOfBlocks(), search)
                    .param("firsts", some.stream().map(NameBlock::first).toArray(String[]::new))
                    .param("stops", some.stream().map(NameBlock::stop).toArray(String[]::new))
                    .query(DataObjectRows::listed)
                    .list());
        }
        return found.subList(0, Math.min(found.size(), search.limit()));
    }

    List<Listed> collect(String sql, Search search) {
        plan("on");
        return bind(sql, search).query(DataObjectRows::listed).list();
    }

    private boolean isCommon(String sample, Search search) {
        plan("off");
        return bind(sample, search)
                        .param("common", COMMON_IN_SAMPLE)
                        .query(Integer.class)
                        .single()
                == COMMON_IN_SAMPLE;
    }

    private void plan(String allowed) {
        jdbc.sql(PLAN).param("allowed", allowed).query((row, i) -> true).list();
    }

    private long expected(SearchSql sql, Search search) {
        String plan =
                bind(sql.estimate(), search).query((row, i) -> row.getString(1)).single();
        return Json.tree(plan).path(0).path("Plan").path("Plan Rows").asLong();
    }

    private StatementSpec bind(String sql, Search search) {
        StatementSpec statement = jdbc.sql(sql).param("limit", search.limit());
        for (Condition condition : search.conditions().all()) {
            statement = statement.params(condition.values());
        }
        if (search.connections() != null) {
            statement = statement.param(
                    "connections",
                    search.connections().stream().map(UUID::toString).toArray(String[]::new));
        }
        return after(statement, search.after());
    }

    private static StatementSpec after(StatementSpec statement, @Nullable List<String> key) {
        StatementSpec bound = statement;
        for (int i = 0; key != null && i < key.size(); i++) {
            bound = bound.param("k" + i, key.get(i));
        }
        return bound;
    }
}
