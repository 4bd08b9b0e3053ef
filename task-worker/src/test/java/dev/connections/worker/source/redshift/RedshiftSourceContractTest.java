package dev.connections.worker.source.redshift;

import dev.connections.worker.source.SourceContractTest;

class RedshiftSourceContractTest extends SourceContractTest {
    RedshiftSourceContractTest() {
        super(RedshiftSourceServer.shared());
    }
}
