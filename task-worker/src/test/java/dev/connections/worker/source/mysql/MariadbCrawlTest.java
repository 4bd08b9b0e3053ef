package dev.connections.worker.source.mysql;

class MariadbCrawlTest extends MysqlFamilyCrawlTest {
    MariadbCrawlTest() {
        super(MysqlServers.mariadb());
    }
}
