package dev.connections.api.catalog.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Six typical searches and the statement that each sends. The statements are in {@code src/test/resources/statements} as
 * they are sent, before the driver numbers their parameters, so that a change of one is a diff.
 */
class SearchStatementsTest {
    private static final Path EXPECTED = Path.of("src/test/resources/statements");
    private static final Path PRINTED = Path.of("target/statements");
    private static final List<UUID> ONE = List.of(new UUID(0, 1));

    @Test
    void aNameIsCollectedByItsIndex() throws IOException {
        Search search = search("{'dataObject': {'name': 'customer'}}", null, null, null);
        check("name", sql(search).collection(Set.copyOf(search.conditions().plain())));
    }

    @Test
    void aTextInTheNameIsFirstWalkedTo() throws IOException {
        Search search = search("{'dataObject': {'nameContains': 'order'}}", null, null, null);
        check("text-in-name", sql(search).walk(sql(search).firstWalk()));
    }

    @Test
    void aTextInTheNameThatIsCommonIsWalkedToThroughBlocksFromThePageBefore() throws IOException {
        Search search = search(
                "{'dataObject': {'nameContains': 'order'}, 'sortOrder': 'desc'}",
                null,
                null,
                List.of("customer", new UUID(0, 2).toString()));
        check("text-in-name-through-blocks", sql(search).walkOfBlocks());
    }

    @Test
    void aRareColumnOfOneConnectionIsCollectedByTheIndexesOfBoth() throws IOException {
        Search search = search("{'dataObject': {'columnName': 'email', 'state': 'ACTIVE'}}", ONE, null, null);
        Set<Condition> indexed = Set.of(search.conditions().plain().getFirst(), SearchSql.OF_CONNECTIONS);
        check("column-of-connection", sql(search).collection(indexed));
    }

    @Test
    void viewsByTypeAreWalkedToTypeByType() throws IOException {
        Search search = search(
                "{'dataObject': {'normalizedType': 'VIEW'}, 'sortBy': 'type'}",
                null,
                List.of("MATERIALIZED_VIEW", "VIEW"),
                List.of("VIEW", new UUID(0, 2).toString()));
        check("views-by-type", sql(search).walk(sql(search).firstWalk()));
    }

    @Test
    void presentTablesOfOneConnectionByTheirLastSyncAreWalkedToListingByListing() throws IOException {
        Search search = search(
                "{'dataObject': {'objectType': 'TABLE', 'remoteState': 'PRESENT'}, 'sortBy': 'lastSyncedAt',"
                        + " 'sortOrder': 'desc'}",
                ONE,
                List.of("TABLE"),
                null);
        check("tables-by-last-sync", sql(search).walk(sql(search).firstWalk()));
    }

    private static SearchSql sql(Search search) {
        return new SearchSql(search);
    }

    private static Search search(
            String body, @Nullable List<UUID> connections, @Nullable List<String> types, @Nullable List<String> after) {
        SearchRequest request = Json.read(body.replace('\'', '"'), SearchRequest.class);
        return new Search(connections, types, Conditions.of(request.dataObject()), request.ordering(), after, 21);
    }

    private static void check(String name, String statement) throws IOException {
        String file = name + ".sql";
        String text = statement.lines().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
        Files.writeString(Files.createDirectories(PRINTED).resolve(file), text);
        Path expected = EXPECTED.resolve(file);
        assertThat(text)
                .as("the statement of %s; where the change is meant, copy %s there", expected, PRINTED.resolve(file))
                .isEqualTo(Files.exists(expected) ? Files.readString(expected) : "");
    }
}
