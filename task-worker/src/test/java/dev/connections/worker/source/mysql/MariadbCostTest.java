package dev.connections.worker.source.mysql;

class MariadbCostTest extends MysqlFamilyCostTest {
    MariadbCostTest() {
        super(MysqlServers.mariadb());
    }
}
