package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.crawl.CatalogFixture;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Many tables of four columns: c1, which is the primary key, to c4, which has a default; each with a comment. In an ordinary
 * build it shows that all of them are found with what belongs to each; with {@code -Dmany.tables=100000}, in a heap of 64 MB
 * to 256 MB, that what a crawl holds does not grow with them.
 */
public final class ManyTables {
    private ManyTables() {}

    /**
     * How many there are.
     *
     * @param few where nobody says how many
     */
    public static int count(int few) {
        return Integer.getInteger("many.tables", few);
    }

    /**
     * Crawls them, and checks that each has what belongs to it.
     *
     * @param container the database or schema that has them, and nothing else
     * @param count how many there are
     * @param defaultOfLast the default of c4 as an expression over the table's name in the catalog
     */
    public static void areAllFound(
            SourceServer server, ObjectNode configuration, List<String> container, int count, String defaultOfLast)
            throws Exception {
        try (SourceConnection connection = new SourceConnection(server, configuration)) {
            connection.settings = CatalogFixture.settings(List.of(String.join("/", container) + "/**"), List.of());
            assertThat(connection.crawl().objects().created()).isEqualTo(count + container.size());
            assertThat(connection.list(
                            "name",
                            "normalized_type = 'TABLE' and (description, detail #>> '{primaryKey,0}', column_names::text,"
                                    + " detail #>> '{columns,3,defaultValue}')"
                                    + " is distinct from ('Table ' || name, 'c1', '{c1,c2,c3,c4}', " + defaultOfLast
                                    + ")"))
                    .isEmpty();
        }
    }
}
