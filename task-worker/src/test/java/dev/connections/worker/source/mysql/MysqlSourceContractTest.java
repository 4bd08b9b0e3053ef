package dev.connections.worker.source.mysql;

import dev.connections.worker.source.SourceContractTest;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MysqlSourceContractTest extends SourceContractTest {
    MysqlSourceContractTest() {
        super(MysqlServers.mysql());
    }
}
