package dev.connections.worker.source.oracle;

import dev.connections.worker.source.SourceContractTest;

class OracleSourceContractTest extends SourceContractTest {
    OracleSourceContractTest() {
        super(OracleSourceServer.shared());
    }
}
