package dev.connections.worker.source.redshift;

import dev.connections.worker.source.pgwire.WireTables;
import org.junit.jupiter.api.Test;

/** Tables whose columns, keys, defaults and comments are read in streams; with {@code -Dmany.tables=100000} it shows what they take. */
class ManyTablesTest {
    @Test
    void allOfManyTablesAreFoundWithWhatBelongsToEach() throws Exception {
        WireTables.areAllFound(RedshiftSourceServer.shared());
    }
}
