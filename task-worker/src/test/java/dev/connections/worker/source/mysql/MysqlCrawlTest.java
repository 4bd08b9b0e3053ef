package dev.connections.worker.source.mysql;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MysqlCrawlTest extends MysqlFamilyCrawlTest {
    MysqlCrawlTest() {
        super(MysqlServers.mysql());
    }
}
