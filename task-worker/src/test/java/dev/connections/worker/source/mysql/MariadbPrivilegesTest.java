package dev.connections.worker.source.mysql;

class MariadbPrivilegesTest extends MysqlFamilyPrivilegesTest {
    MariadbPrivilegesTest() {
        super(MysqlServers.mariadb());
    }
}
