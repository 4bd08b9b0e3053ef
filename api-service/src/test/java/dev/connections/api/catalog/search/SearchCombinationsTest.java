package dev.connections.api.catalog.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.api.catalog.CatalogFixture;
import dev.connections.api.catalog.Listed;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** Searches of every combination against a statement that knows no index and no walk. */
class SearchCombinationsTest {
    private static final List<Choice> FILTERS = List.of(
            new Choice("name", "t_3", "name = 't_3'"),
            new Choice("nameContains", "T_1", "position('t_1' in lower(name)) > 0"),
            new Choice("nameContains", "_2", "position('_2' in lower(name)) > 0"),
            new Choice("objectType", "TABLE", "type = 'TABLE'"),
            new Choice("objectType", "FOREIGN_TABLE", "type = 'FOREIGN_TABLE'"),
            new Choice("normalizedType", "TABLE", "normalized_type = 'TABLE'"),
            new Choice("normalizedType", "SCHEMA", "normalized_type = 'SCHEMA'"),
            new Choice("columnName", "c0", "'c0' = any(column_names)"),
            new Choice("columnName", "c17", "'c17' = any(column_names)"),
            new Choice("state", "ACTIVE", "effective <> 'DISABLED'"),
            new Choice("state", "INACTIVE", "effective = 'DISABLED'"),
            new Choice("remoteState", "PRESENT", "missing_since is null"),
            new Choice("remoteState", "MISSING", "missing_since is not null"));

    private static final Map<String, String> SORTS = new TreeMap<>(Map.of(
            "name", "name",
            "type", "type",
            "createdAt", "created_at",
            "updatedAt", "updated_at",
            "lastSyncedAt", "synced {order}, t.listing"));

    private static final String EXPECTED = """
            with recursive tree as (
                select d.*, case activation when 'INHERIT' then 'ENABLED' else activation end as effective
                  from data_object d where parent_id is null
                union all
                select d.*, case d.activation when 'INHERIT' then t.effective else d.activation end
                  from data_object d join tree t on d.parent_id = t.id
            )
            select t.id
              from (select t.*, coalesce(l.listed_at, t.synced_at, '-infinity') as synced,
                           coalesce(l.id, '00000000-0000-0000-0000-000000000000') as listing
                      from tree t left join listing l on l.id = t.listed_with) t
              join connection c on c.id = t.connection_id
             where {where}
             order by t.{sort} {order}, t.id {order}
            """;

    private static final String SEED = """
            with schema as (
                select row_number() over () as s, d.* from data_object d
                 where d.connection_id in (select id from connection where connection_key = :key) and d.type = 'SCHEMA'
            )
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, column_names, activation, missing_since,
                                     listed_with, synced_at, created_by, created_at, updated_by, updated_at)
            select gen_random_uuid(), s.connection_id, s.id, s.root_id, 't_' || n % 70,
                   case when n % 40 = 0 then 'FOREIGN_TABLE' when n % 7 = 0 then 'VIEW' else 'TABLE' end,
                   case when n % 7 = 0 and n % 40 > 0 then 'VIEW' else 'TABLE' end,
                   s.path || ('t_' || n % 70), s.path_types || 'TABLE'::text, s.id::text, n::text, '',
                   array['c' || n % 2, 'c' || n % 90],
                   case when n % 11 = 0 then 'DISABLED' when n % 13 = 0 then 'ENABLED' else 'INHERIT' end,
                   case when n % 17 = 0 then now() end,
                   case when n % 17 > 0 and n % 50 > 0 then s.id end,
                   case when n % 34 <> 0 then timestamptz '2026-01-01' + n % 5 * interval '1 day' end,
                   'system', timestamptz '2026-01-01' + n / 100 * interval '1 day',
                   'system', timestamptz '2026-01-01' + n % 9 * interval '1 day'
              from generate_series(1, 600) n join schema s on s.s = 1 + n % 4
            """;

    /** A member of the filter, its value, and the plain condition that it stands for. */
    private record Choice(String member, String value, String condition) {}

    private final RunningApi api = RunningApi.get();
    private final JdbcClient database = api.database();
    private final Random random = new Random(42);
    private final List<CatalogFixture> catalogs = List.of(new CatalogFixture(api), new CatalogFixture(api));

    @Test
    void everyCombinationFindsWhatAPlainStatementFindsInTheSameOrder() {
        catalogs.forEach(this::seed);
        database.sql("select note_names(array_agg(name)) from data_object")
                .query((row, i) -> true)
                .list();
        database.sql("analyze data_object").update();
        for (int i = 0; i < 150; i++) {
            check(i);
        }
    }

    private void check(int round) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        ObjectNode body = Json.object();
        String key = catalogs.get(round % 2).key;
        switch (round % 4) {
            case 0, 1 -> {
                body.putObject("connection").put("connectionKey", key);
                conditions.add("c.connection_key = '" + key + "'");
            }
            case 2 -> {
                body.putObject("connection").put("technology", "PostgreSQL");
                conditions.add("c.technology = 'PostgreSQL'");
            }
            case 3 -> {}
        }
        ObjectNode filter = body.putObject("dataObject");
        List<Choice> choices = new ArrayList<>(FILTERS);
        Collections.shuffle(choices, random);
        for (Choice choice : choices.subList(0, 1 + random.nextInt(3))) {
            if (!filter.has(choice.member())) {
                filter.put(choice.member(), choice.value());
                conditions.add(choice.condition());
            }
        }
        String sort = new ArrayList<>(SORTS.keySet()).get(round % SORTS.size());
        String order = random.nextBoolean() ? "asc" : "desc";
        body.put("sortBy", sort).put("sortOrder", order);
        List<String> expected = database.sql(EXPECTED.replace("{where}", String.join(" and ", conditions))
                        .replace("{sort}", SORTS.get(sort))
                        .replace("{order}", order))
                .query((row, i) -> row.getString(1))
                .list();
        assertThat(searched(body, expected.size())).as(Json.write(body)).isEqualTo(expected);
        checkEachWay(Json.convert(body, SearchRequest.class), expected);
    }

    /** Each way finds the same, whichever of them the search would have taken, from the beginning and from the middle. */
    private void checkEachWay(SearchRequest request, List<String> expected) {
        SearchStore store = api.bean(SearchStore.class);
        Search search = store.resolve(request, null, expected.size() + 1);
        if (search.isVain()) {
            assertThat(expected).as("vain: " + request).isEmpty();
            return;
        }
        List<Listed> found = checkEachWay(search, expected, "from the beginning: " + request);
        if (!found.isEmpty()) {
            int middle = found.size() / 2;
            checkEachWay(
                    store.resolve(request, found.get(middle).key(), expected.size() + 1),
                    expected.subList(middle + 1, expected.size()),
                    "from the middle: " + request);
        }
    }

    private List<Listed> checkEachWay(Search search, List<String> expected, String what) {
        SearchStore store = api.bean(SearchStore.class);
        SearchSql sql = new SearchSql(search);
        List<Listed> found = store.walk(sql.fullWalk(), search);
        assertThat(ids(found)).as("walk " + what).isEqualTo(expected);
        assertThat(ids(store.walk(sql.walk(10_000), search)))
                .as("walk with a limit " + what)
                .isEqualTo(expected);
        if (search.hasBlocks()) {
            assertThat(ids(store.walkBlocks(sql, search)))
                    .as("walk of blocks " + what)
                    .isEqualTo(expected);
        }
        List<Set<Condition>> indexed = new ArrayList<>(List.of(Set.of(), Set.of(SearchSql.OF_CONNECTIONS)));
        search.conditions().all().forEach(condition -> indexed.add(Set.of(condition)));
        for (Set<Condition> some : indexed) {
            assertThat(ids(store.collect(sql, some, search)))
                    .as("collection by " + some + " " + what)
                    .isEqualTo(expected);
        }
        return found;
    }

    private static List<String> ids(List<Listed> found) {
        return found.stream().map(listed -> listed.object().id().toString()).toList();
    }

    /** Pages of a few objects each where there are few in all, so that walks also stop before their end. */
    private List<String> searched(ObjectNode body, int expected) {
        body.put("limit", expected > 40 ? 100 : 1 + random.nextInt(4));
        List<String> ids = new ArrayList<>();
        Answer page;
        do {
            page = api.post("/api/connections/data/search", Json.write(body)).is(200);
            ids.addAll(CatalogFixture.all(page, "/id"));
            body.put("cursor", page.at("/meta/nextCursor"));
        } while (!page.json().at("/meta/nextCursor").isNull());
        body.remove("cursor");
        return ids;
    }

    private void seed(CatalogFixture catalog) {
        for (String name : List.of("one", "two")) {
            var parent = catalog.database(name);
            catalog.set(parent, "activation = '%s'".formatted(name.equals("two") ? "DISABLED" : "INHERIT"));
            for (String schema : List.of("a", "b")) {
                var id = catalog.schema(parent, schema);
                catalog.listed(id, "2026-01-0%d 00:00:00Z".formatted(2 + random.nextInt(2)));
            }
            catalog.listed(parent, "2026-02-01 00:00:00Z");
        }
        catalog.listed(null, "2026-02-01 00:00:00Z");
        database.sql(SEED).param("key", catalog.key).update();
    }
}
