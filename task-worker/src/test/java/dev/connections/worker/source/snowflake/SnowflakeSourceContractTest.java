package dev.connections.worker.source.snowflake;

import dev.connections.worker.source.SourceContractTest;

class SnowflakeSourceContractTest extends SourceContractTest {
    SnowflakeSourceContractTest() {
        super(AccountServer.shared());
    }
}
