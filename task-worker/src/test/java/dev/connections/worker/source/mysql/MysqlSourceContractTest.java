package dev.connections.worker.source.mysql;

import dev.connections.worker.source.SourceContractTest;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
class MysqlSourceContractTest extends SourceContractTest {
    MysqlSourceContractTest() {
        super(MysqlServers.mysql());
    }
}
