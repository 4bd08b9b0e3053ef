package dev.connections.api.catalog.search;

import static dev.connections.api.catalog.CatalogFixture.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.api.catalog.CatalogFixture;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class SearchTest {
    /** The parts of a name, in any letter case, that one of the ways to find it does not know. */
    private static final String UNKNOWN = """
            with part as (
                select substr(:name, i, n) collate "default" as part
                  from generate_series(1, length(:name) - 1) i, generate_series(2, length(:name) + 1 - i) n
            ), asked as (
                select part as text from part union select upper(part) from part union select lower(part) from part
            )
            select text from asked
             where strpos(folded(:name), folded(text)) = 0 or not bigrams(:name) @> bigrams(text)
                or not exists (select from name_block
                                where prefix = left(:name, 5) and signature & name_signature(text) = name_signature(text))
            """;

    private final RunningApi api = RunningApi.get();
    private final CatalogFixture catalog = new CatalogFixture(api);
    private final UUID database = catalog.database("shop");
    private final UUID schema = catalog.schema(database, "public");
    private final UUID orders = catalog.table(schema, "Orders_2024");
    private final UUID view = catalog.object(schema, "order%lines", "MATERIALIZED_VIEW", "VIEW");

    @Test
    void anObjectIsFoundByItsExactName() {
        assertThat(names("\"name\": \"Orders_2024\"")).containsExactly("Orders_2024");
        assertThat(names("\"name\": \"orders_2024\"")).isEmpty();
    }

    @Test
    void aPartOfTheNameIsEnoughInAnyLetterCase() {
        catalog.table(schema, "GRÖSSE");
        catalog.table(schema, "größe_ÄNDERUNG");
        assertThat(names("\"nameContains\": \"RDER\"")).containsExactly("Orders_2024", "order%lines");
        assertThat(names("\"nameContains\": \"änder\"")).containsExactly("größe_ÄNDERUNG");
        assertThat(names("\"nameContains\": \"Rö\"")).containsExactly("GRÖSSE", "größe_ÄNDERUNG");
        assertThat(names("\"nameContains\": \"24\"")).containsExactly("Orders_2024");
        assertThat(names("\"nameContains\": \"rs_42\"")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ΣΊΣΥΦΟΣ", "σίσυφος", "Σίσυφος", "σΊσυφοσ", "ΟΣ", "ος", "οσ", "ΣΥΦ"})
    void aGreekNameIsFoundWhicheverSigmaIsAskedFor(String text) {
        catalog.table(schema, "σίσυφος");
        catalog.table(schema, "ΣΊΣΥΦΟΣ");
        assertThat(names("\"nameContains\": \"" + text + "\"")).containsExactly("ΣΊΣΥΦΟΣ", "σίσυφος");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"σίσυφος", "Größe_Änderung", "ſtraße", "ISTANBUL_İçin_ılık", "ΟΔΥΣΣΕΎΣ ΣΟΦΌΣ", "Ǆ_ǅ_ǆ", "a😀B"})
    void indexAndBlocksKnowEveryPartOfANameInEveryLetterCase(String name) {
        JdbcClient database = api.database();
        database.sql("select note_names(array[cast(:name as text)])")
                .param("name", name)
                .query((row, i) -> true)
                .list();
        assertThat(database.sql(UNKNOWN).param("name", name).query(String.class).list())
                .isEmpty();
    }

    @Test
    void whatWouldBeAPatternIsTakenLiterally() {
        assertThat(names("\"nameContains\": \"%l\"")).containsExactly("order%lines");
        assertThat(names("\"nameContains\": \"s_\"")).containsExactly("Orders_2024");
        assertThat(names("\"nameContains\": \"o%s\"")).isEmpty();
        assertThat(names("\"nameContains\": \"r_er\"")).isEmpty();
        assertThat(names("\"nameContains\": \"' or true --\"")).isEmpty();
    }

    @Test
    void lettersOfTheNameInAnotherOrderAreNotEnough() {
        catalog.table(schema, "abcbab");
        assertThat(names("\"nameContains\": \"abcb\"")).containsExactly("abcbab");
        assertThat(names("\"nameContains\": \"babc\"")).isEmpty();
    }

    @Test
    void anObjectIsFoundByTypeAndRemoteId() {
        assertThat(names("\"objectType\": \"MATERIALIZED_VIEW\"")).containsExactly("order%lines");
        assertThat(names("\"normalizedType\": \"VIEW\"")).containsExactly("order%lines");
        assertThat(names("\"normalizedType\": \"SCHEMA\"")).containsExactly("public");
        assertThat(names("\"remoteId\": \"r-shop\"")).containsExactly("shop");
    }

    @Test
    void aPathLeadsToTheObjectItself() {
        assertThat(names("\"simpleObjectPath\": [\"shop\", \"public\"]")).containsExactly("public");
        assertThat(names("\"simpleObjectPath\": [\"public\"]")).isEmpty();
        assertThat(names("""
                "objectPath": {"name": "shop", "type": "DATABASE", "child": {"name": "public", "type": "SCHEMA",
                  "child": {"name": "order%lines", "type": "MATERIALIZED_VIEW"}}}""")).containsExactly("order%lines");
        assertThat(names("""
                "objectPath": {"name": "shop", "type": "DATABASE", "child": {"name": "public", "type": "DATABASE"}}""")).isEmpty();
    }

    @Test
    void tablesAreFoundByTheNamesOfTheirColumns() {
        catalog.set(orders, "column_names = '{id,customer}'");
        catalog.set(view, "column_names = '{id}'");
        assertThat(names("\"columnName\": \"id\"")).containsExactly("Orders_2024", "order%lines");
        assertThat(names("\"columnName\": \"customer\"")).containsExactly("Orders_2024");
        assertThat(names("\"columnName\": \"ID\"")).isEmpty();
    }

    @Test
    void theStateIsTheEffectiveOne() {
        catalog.set(schema, "activation = 'DISABLED'");
        catalog.set(view, "activation = 'ENABLED'");
        assertThat(names("\"state\": \"INACTIVE\"")).containsExactly("Orders_2024", "public");
        assertThat(names("\"state\": \"ACTIVE\"")).containsExactly("order%lines", "shop");
        catalog.set(schema, "activation = 'INHERIT'");
        catalog.set(database, "activation = 'DISABLED'");
        assertThat(names("\"state\": \"INACTIVE\"")).containsExactly("Orders_2024", "public", "shop");
    }

    @Test
    void whatIsMissingIsFoundByIt() {
        catalog.set(orders, "missing_since = now(), listed_with = null, synced_at = now()");
        assertThat(names("\"remoteState\": \"MISSING\"")).containsExactly("Orders_2024");
        assertThat(names("\"remoteState\": \"PRESENT\"")).containsExactly("order%lines", "public", "shop");
    }

    @Test
    void aSearchLooksEverywhereUnlessItNamesAConnection() {
        CatalogFixture other = new CatalogFixture(api);
        String name = "everywhere-" + other.key;
        catalog.database(name);
        other.database(name);
        assertThat(searched("", "\"name\": \"%s\"".formatted(name))).hasSize(2);
        assertThat(names("\"name\": \"%s\"".formatted(name))).hasSize(1);
        assertThat(searched("\"connection\": {\"connectionKey\": \"unknown\"},", "\"normalizedType\": \"TABLE\""))
                .isEmpty();
    }

    @Test
    void connectionsAreNamedByTechnologyHostAndPortToo() {
        String host = catalog.key.substring(0, 20) + ".example.com";
        configure("{\"host\": \"%s\", \"port\": 6000}".formatted(host));
        String filter = "\"connection\": {\"technology\": \"PostgreSQL\", \"host\": \"%s\"%s},";
        assertThat(searched(filter.formatted(host, ""), "\"name\": \"public\"")).hasSize(1);
        assertThat(searched(filter.formatted(host, ", \"port\": 6000"), "\"name\": \"public\""))
                .hasSize(1);
        assertThat(searched(filter.formatted(host, ", \"port\": 5432"), "\"name\": \"public\""))
                .isEmpty();
        assertThat(searched(filter.formatted(host, "").replace("PostgreSQL", "MySQL"), "\"name\": \"public\""))
                .isEmpty();
        configure("{\"host\": \"%s\"}".formatted(host));
        assertThat(searched(filter.formatted(host, ", \"port\": 5432"), "\"name\": \"public\""))
                .hasSize(1);
        assertThat(searched(filter.formatted(host, ", \"port\": 6000"), "\"name\": \"public\""))
                .isEmpty();
    }

    @Test
    void aPageIsStableWhileObjectsComeAndGo() {
        for (char c = 'a'; c < 'g'; c++) {
            catalog.table(schema, "t_" + c);
        }
        String body = body("\"nameContains\": \"t_\"", ", \"limit\": 2");
        Answer first = api.post("/api/connections/data/search", body).is(200);
        assertThat(all(first, "/name")).containsExactly("t_a", "t_b");
        catalog.table(schema, "t_aa");
        catalog.table(schema, "t_bb");
        api.database()
                .sql("delete from data_object where id = :id")
                .param("id", UUID.fromString(first.at("/data/1/id")))
                .update();
        Answer second = api.post("/api/connections/data/search", withCursor(body, first))
                .is(200);
        assertThat(all(second, "/name")).containsExactly("t_bb", "t_c");
    }

    @Test
    void theCursorOfAnotherSearchIsRefused() {
        Answer page = api.post("/api/connections/data/search", body("\"nameContains\": \"or\"", ", \"limit\": 1"))
                .is(200);
        for (String other : List.of(
                body("\"nameContains\": \"er\"", ""),
                body("\"nameContains\": \"or\"", ", \"sortBy\": \"type\""),
                body("\"nameContains\": \"or\"", ", \"sortOrder\": \"desc\""))) {
            api.post("/api/connections/data/search", withCursor(other, page))
                    .is(400)
                    .refuses("/cursor");
        }
        Answer same = api.post(
                        "/api/connections/data/search",
                        withCursor(body("\"nameContains\": \"or\"", ", \"limit\": 7, \"sortOrder\": \"asc\""), page))
                .is(200);
        assertThat(all(same, "/name")).containsExactly("order%lines");
        assertThat(same.json().at("/meta/nextCursor").isNull()).isTrue();
        assertThat(same.at("/meta/limit")).isEqualTo("7");
    }

    @Test
    void aBodyOutsideTheContractIsRefused() {
        String search = "/api/connections/data/search";
        api.post(search, "{}").is(400).refuses("/dataObject");
        api.post(search, "{\"dataObject\": {}}").is(400);
        api.post(search, "{\"dataObject\": {\"nameContains\": \"a\"}}").is(400).refuses("/dataObject/nameContains");
        api.post(search, "{\"dataObject\": {\"name\": \"a\"}, \"sortBy\": \"id_of_type\"}")
                .is(400)
                .refuses("/sortBy");
        api.post(search, "{\"dataObject\": {\"name\": \"a\"}, \"cursor\": \"abc\"}")
                .is(400)
                .refuses("/cursor");
    }

    private void configure(String clientConfiguration) {
        api.database()
                .sql("""
                        update connection
                           set client_configuration = :value::jsonb || '{"credential": {"username": "u",
                                   "authenticationType": "UsernamePassword"}}'
                         where connection_key = :key""")
                .param("value", clientConfiguration)
                .param("key", catalog.key)
                .update();
    }

    private List<String> names(String filter) {
        return searched("\"connection\": {\"connectionKey\": \"%s\"},".formatted(catalog.key), filter);
    }

    private List<String> searched(String connection, String filter) {
        return all(
                api.post("/api/connections/data/search", "{%s \"dataObject\": {%s}}".formatted(connection, filter))
                        .is(200),
                "/name");
    }

    private String body(String filter, String rest) {
        return "{\"connection\": {\"connectionKey\": \"%s\"}, \"dataObject\": {%s}%s}"
                .formatted(catalog.key, filter, rest);
    }

    private static String withCursor(String body, Answer page) {
        return body.substring(0, body.length() - 1) + ", \"cursor\": \"" + page.at("/meta/nextCursor") + "\"}";
    }
}
