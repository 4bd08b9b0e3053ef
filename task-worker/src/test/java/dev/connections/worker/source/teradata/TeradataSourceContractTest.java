package dev.connections.worker.source.teradata;

import dev.connections.worker.source.SourceContractTest;

class TeradataSourceContractTest extends SourceContractTest {
    TeradataSourceContractTest() {
        super(TeradataSourceServer.shared());
    }
}
