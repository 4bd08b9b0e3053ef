package dev.connections.worker.source.mysql;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
class MysqlPrivilegesTest extends MysqlFamilyPrivilegesTest {
    MysqlPrivilegesTest() {
        super(MysqlServers.mysql());
    }
}
