package dev.connections.api.catalog.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Of a million objects, and so of about 3,900 in the sample. */
class SampleCountTest {
    private static final String COLUMN_AND_TEXT = "{'columnName': 'id', 'nameContains': 'order'}";

    @Test
    void whatIsCommonIsWalkedTo() {
        SampleCount count = count(COLUMN_AND_TEXT, null, 3900, 3900, 3000, 400, 300);
        assertThat(count.isCommon(21)).isTrue();
        assertThat(count.walked(21)).isBetween(21 * 13.0, 21 * 15.0);
    }

    @Test
    void whatIsNotInTheSampleIsCollected() {
        assertThat(count(COLUMN_AND_TEXT, null, 3900, 3900, 3000, 400, 0).isCommon(21))
                .isFalse();
    }

    @Test
    void whatFewFitIsCollectedByTheirIndexAlone() {
        assertThat(indexed(count(COLUMN_AND_TEXT, null, 3900, 3900, 1, 400, 0))).containsExactly("column_names");
    }

    @Test
    void twoIndexesServeWhereManyFitEachAndFewFitBoth() {
        assertThat(indexed(count(COLUMN_AND_TEXT, null, 3900, 3900, 390, 234, 2)))
                .containsExactlyInAnyOrder("column_names", "bigrams");
    }

    @Test
    void anIndexThatRulesOutNothingIsLeftAside() {
        assertThat(indexed(count("{'columnName': 'id', 'state': 'INACTIVE'}", null, 3900, 3900, 3900, 8, 8)))
                .containsExactly("activation");
    }

    @Test
    void aSmallConnectionIsAsGoodAsAnIndex() {
        List<UUID> one = List.of(new UUID(0, 1));
        assertThat(indexed(count("{'columnName': 'id'}", one, 3900, 2, 1, 1))).containsExactly("connection_id");
        assertThat(indexed(count("{'columnName': 'id'}", one, 3900, 1900, 2, 2)))
                .containsExactly("column_names");
    }

    @Test
    void aCatalogWithoutSampleIsCollected() {
        SampleCount count = count(COLUMN_AND_TEXT, null, 0, 0, 0, 0, 0);
        assertThat(count.isCommon(21)).isFalse();
        assertThat(indexed(count)).isNotEmpty();
    }

    /**
     * Counts as the statement makes them: of the whole sample, of where the search looks, of each condition in the order of
     * {@link Conditions#all()}, and of all of them.
     */
    private static SampleCount count(String filter, @Nullable List<UUID> connections, long... counts) {
        SearchRequest request =
                Json.read("{'dataObject': %s}".formatted(filter).replace('\'', '"'), SearchRequest.class);
        Search search =
                new Search(connections, null, Conditions.of(request.dataObject()), request.ordering(), null, 21);
        return SampleCount.of(search, java.util.Arrays.stream(counts).boxed().toList());
    }

    private static List<String> indexed(SampleCount count) {
        return count.indexed().stream()
                .flatMap(condition -> Stream.of("column_names", "bigrams", "connection_id", "activation")
                        .filter(condition.scan()::contains)
                        .limit(1))
                .toList();
    }
}
