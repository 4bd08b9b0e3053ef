package dev.connections.worker.source.databricks;

import dev.connections.worker.source.SourceContractTest;

class DatabricksSourceContractTest extends SourceContractTest {
    DatabricksSourceContractTest() {
        super(WorkspaceServer.shared());
    }
}
