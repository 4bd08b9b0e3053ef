package dev.connections.api.catalog.search;

import dev.connections.api.catalog.DataObjectRows;
import dev.connections.api.catalog.Listed;
import dev.connections.api.catalog.search.SearchRequest.ConnectionFilter;
import dev.connections.api.catalog.search.SearchRequest.ObjectFilter;
import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** Jumps from type to type; all objects of a type have the same normalized type. */
    private static final String OF_NORMALIZED_TYPE = """
            with recursive found (type) as (
                (select type from data_object order by type limit 1)
                union all
                select (select type from data_object where type > f.type order by type limit 1)
                  from found f where f.type is not null)
            select type from found
             where :normalizedType = (select d.normalized_type from data_object d
                                       where d.type = found.type order by d.id limit 1)
            """;

    /**
     * The two rarest letter pairs of a text. More pairs would hardly exclude more names and would take longer to look
     * up, and the planner would treat them as independent and estimate far too few rows.
     */
    private static final String PAIRS = """
            select array(
                select pair
                  from unnest(bigrams(:nameContains)) pair
                  left join (
                    select unnest(most_common_elems::text::text[]) as known, unnest(most_common_elem_freqs) as frequency
                      from pg_stats where schemaname = current_schema() and tablename = 'data_object_bigrams') s
                    on s.known = pair
                 order by coalesce(frequency, 0), pair limit 2)
            """;

    /**
     * A plan made for other values may use the wrong index. Compiling a plan, or starting parallel workers for it,
     * takes longer than running it. If a bitmap exceeds work_mem, whole pages of names are rechecked. A walk follows an
     * index and looks up what it needs; the planner chooses anything more expensive only because it underestimates the
     * number of objects with equal keys.
     */
    private static final String PLAN = """
            select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
                   set_config('work_mem', '32MB', true), set_config('max_parallel_workers_per_gather', '0', true),
                   set_config(beyond_a_walk, :allowed, true)
              from unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_hashjoin',
                                'enable_mergejoin']) beyond_a_walk
            """;

    /** All statements of a search must see the same catalog. */
    private static final String ONE_VIEW = "set transaction isolation level repeatable read, read only";

    /** The share of a page that, once found, shows that the rest is near. */
    private static final double PROMISING = 0.5;

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;

    SearchStore(JdbcClient jdbc, TransactionOperations transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** The ids of the connections that match the filter. */
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

    /**
     * The search of a request, with its connections and types resolved.
     *
     * @param after the key of the last object of the previous page; null for the first page
     * @param limit the maximum number of objects
     */
    Search resolve(SearchRequest request, @Nullable List<String> after, int limit) {
        return new Search(
                request.connection() == null ? null : connections(request.connection()),
                types(request.dataObject()),
                Conditions.of(request.dataObject()),
                request.ordering(),
                after,
                limit);
    }

    private @Nullable List<String> types(ObjectFilter filter) {
        String type = filter.objectType();
        NormalizedType normalizedType = filter.normalizedType();
        if (normalizedType == null) {
            return type == null ? null : List.of(type);
        }
        List<String> types = jdbc.sql(OF_NORMALIZED_TYPE)
                .param("normalizedType", normalizedType.name())
                .query((row, i) -> row.getString(1))
                .list();
        return type == null ? types : types.stream().filter(type::equals).toList();
    }

    /** The matching objects in order, up to the limit. */
    List<Listed> find(Search search) {
        return search.isVain() ? List.of() : Objects.requireNonNull(transaction.execute(status -> answer(search)));
    }

    private List<Listed> answer(Search search) {
        jdbc.sql(ONE_VIEW).update();
        SearchSql sql = new SearchSql(search);
        if (search.conditions().pointed()) {
            return collect(sql, Set.copyOf(search.conditions().plain()), search);
        }
        List<Listed> found = new ArrayList<>(walk(sql.walk(sql.firstWalk()), search));
        Search rest = search.behind(found);
        if (rest.limit() > 0 && found.size() >= search.limit() * PROMISING) {
            SearchSql onward = new SearchSql(rest);
            double likely = (double) sql.firstWalk() * rest.limit() / found.size();
            found.addAll(walk(onward.walk(onward.longWalk(likely)), rest));
            rest = search.behind(found);
        }
        if (rest.limit() > 0) {
            found.addAll(bySample(new SearchSql(rest), rest));
        }
        return found;
    }

    private List<Listed> bySample(SearchSql sql, Search search) {
        SampleCount sample = sample(sql, search);
        if (!sample.isCommon(search.limit())) {
            return collect(sql, sample.indexed(), search);
        }
        if (search.hasBlocks()) {
            return walkBlocks(sql, search);
        }
        long most = sql.longWalk(sample.walked(search.limit()));
        List<Listed> walked = walk(sql.walk(most), search);
        if (walked.size() == search.limit() || !isCutShort(sql.isCutShort(most), search)) {
            return walked;
        }
        return sample.isWorthCollecting() ? collect(sql, sample.indexed(), search) : walk(sql.fullWalk(), search);
    }

    private boolean isCutShort(String sql, Search search) {
        return bind(sql, search).query(Boolean.class).single();
    }

    List<Listed> walk(String sql, Search search) {
        plan("off");
        return bind(sql, search).query(DataObjectRows::listed).list();
    }

    /**
     * Walks through the blocks of names that may contain the text: one block at first, then more and more at a time.
     */
    List<Listed> walkBlocks(SearchSql sql, Search search) {
        plan("off");
        List<NameBlock> blocks = NameBlock.joined(bind(sql.blocks(), search)
                .query((row, i) -> new NameBlock(row.getString(1), row.getString(2)))
                .list());
        List<Listed> found = new ArrayList<>();
        int size = 1;
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

    List<Listed> collect(SearchSql sql, Set<Condition> indexed, Search search) {
        plan("on");
        StatementSpec statement = bind(sql.collection(indexed), search);
        Condition contains = search.conditions().contains();
        if (contains != null && indexed.contains(contains)) {
            statement = statement.param("pairs", pairs(contains));
        }
        return statement.query(DataObjectRows::listed).list();
    }

    private String[] pairs(Condition contains) {
        return jdbc.sql(PAIRS)
                .params(contains.values())
                .query((row, i) -> (String[]) row.getArray(1).getArray())
                .single();
    }

    private SampleCount sample(SearchSql sql, Search search) {
        plan("on");
        return bind(sql.sample(), search)
                .query((row, i) ->
                        SampleCount.of(search, List.of((Long[]) row.getArray(1).getArray())))
                .single();
    }

    private void plan(String allowed) {
        jdbc.sql(PLAN).param("allowed", allowed).query((row, i) -> true).list();
    }

    private StatementSpec bind(String sql, Search search) {
        StatementSpec statement = jdbc.sql(sql).param("limit", search.limit());
        for (Condition condition : search.conditions().all()) {
            statement = statement.params(condition.values());
        }
        if (search.types() != null) {
            statement = statement.param("types", search.types().toArray(String[]::new));
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
