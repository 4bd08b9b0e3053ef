package dev.connections.worker.source.mysql;

import dev.connections.worker.source.SourceContractTest;

class MariadbSourceContractTest extends SourceContractTest {
    MariadbSourceContractTest() {
        super(MysqlServers.mariadb());
    }
}
