package dev.connections.worker.source.postgresql;

import dev.connections.worker.source.SourceContractTest;

class PostgresSourceContractTest extends SourceContractTest {
    PostgresSourceContractTest() {
        super(PostgresSourceServer.shared());
    }
}
