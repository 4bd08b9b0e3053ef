package dev.connections.worker.source.sqlserver;

import dev.connections.worker.source.SourceContractTest;

class SqlServerSourceContractTest extends SourceContractTest {
    SqlServerSourceContractTest() {
        super(SqlServerSourceServer.shared());
    }
}
