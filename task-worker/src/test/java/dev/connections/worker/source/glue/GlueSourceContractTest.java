package dev.connections.worker.source.glue;

import dev.connections.worker.source.SourceContractTest;

class GlueSourceContractTest extends SourceContractTest {
    GlueSourceContractTest() {
        super(GlueServer.shared());
    }
}
