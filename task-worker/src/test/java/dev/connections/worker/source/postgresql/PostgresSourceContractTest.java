package dev.connections.worker.source.postgresql;

import dev.connections.worker.source.SourceContractTest;

class PostgresSourceContractTest extends SourceContractTest {
    private static final PostgresSourceServer SERVER = new PostgresSourceServer();

    PostgresSourceContractTest() {
        super(SERVER);
    }
}
