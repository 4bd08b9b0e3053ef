package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.PostgresServer;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in recovery takes no writes, no serializable transactions and no locks but the weakest. */
class HotStandbyTest {
    @TempDir
    private Path folder;

    @Test
    void aHotStandbyIsCrawledToTheSameResult() throws Exception {
        try (CrawlFixture fixture = new CrawlFixture()) {
            Path data = Files.createDirectory(folder.resolve("primary"));
            CrawlResult first;
            try (PostgresServer primary = PostgresServer.start(data, Map.of())) {
                primary.execute("postgres", "create database " + fixture.database);
                primary.execute(
                        fixture.database,
                        "create table orders (id int primary key, total int default 0,"
                                + " twice int generated always as (total * 2) stored); create view late as select id from orders");
                fixture.port = primary.port();
                first = fixture.crawl();
            }
            copy(data, folder.resolve("standby"));
            Files.createFile(folder.resolve("standby/standby.signal"));
            try (PostgresServer standby = PostgresServer.start(folder.resolve("standby"), Map.of())) {
                assertThat(isInRecovery(standby)).isTrue();
                fixture.port = standby.port();
                CrawlResult again = fixture.crawl();
                assertThat(again.objects())
                        .isEqualTo(new CrawlResult.Objects(
                                first.objects().seen(), 0, 0, first.objects().seen(), 0, 0));
                assertThat(again.warnings()).isEmpty();
            }
        }
    }

    private static boolean isInRecovery(PostgresServer server) throws Exception {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
