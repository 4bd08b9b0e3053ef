package dev.connections.worker.source.bigquery;

import dev.connections.worker.source.SourceContractTest;

class BigQuerySourceContractTest extends SourceContractTest {
    BigQuerySourceContractTest() {
        super(BigQueryServer.shared());
    }
}
