package dev.connections.worker.source.mysql;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
class MysqlCrawlTest extends MysqlFamilyCrawlTest {
    MysqlCrawlTest() {
        super(MysqlServers.mysql());
    }
}
