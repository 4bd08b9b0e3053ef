package dev.connections.worker.source.snowflake;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.EachDatabase;
import java.util.List;
import java.util.Locale;

/** Reads the databases of an account that the role may see, one after the other. */
final class SnowflakeAccountCrawl {
    /** What Snowflake says of the account itself. */
    private static final String OF_SNOWFLAKE = "SNOWFLAKE";

    private final Crawl crawl;
    private final SnowflakeSession session;

    SnowflakeAccountCrawl(Crawl crawl, SnowflakeSession session) {
        this.crawl = crawl;
        this.session = session;
    }

    /** Reads everything, beginning with the databases, which were asked for already. */
    void read(SnowflakeRows shown) throws Exception {
        new EachDatabase(
                        crawl,
                        "database",
                        database -> new SnowflakeDatabase(crawl, session, database).read(),
                        e -> e instanceof StatementFailedException failed && failed.isOfTheStatement())
                .read(databases(shown, crawl.execution().limits()));
    }

    /** All that a SHOW command has listed. */
    static List<FoundObject> databases(SnowflakeRows shown, SourceLimits limits) throws Exception {
        BoundedList<FoundObject> databases = new BoundedList<>(limits::checkDatabases, limits);
        int count = 0;
        try (shown) {
            while (shown.next()) {
                count++;
                if (count == SnowflakeSql.MOST_SHOWN) {
                    // There may be more, which it does not list; the lists of a source are read whole or not at all.
                    limits.checkDatabases(Long.MAX_VALUE);
                }
                String name = shown.text("name");
                limits.checkName(shown.textIfAny("kind"));
                if (!name.equals(OF_SNOWFLAKE)) {
                    FoundObject database = found(shown, name);
                    databases.add(database, database.characters());
                }
            }
        }
        return databases.items();
    }

    private static FoundObject found(SnowflakeRows shown, String name) {
        String comment = shown.textIfAny("comment");
        return new FoundObject(
                new RemoteIdentity("", name),
                name,
                ObjectType.DATABASE,
                new RemoteTraits(
                        shown.textIfAny("kind").toLowerCase(Locale.ROOT),
                        null,
                        null,
                        SnowflakeTypes.time(shown.textIfAny("created_on")),
                        null),
                comment.isEmpty() ? null : comment,
                ObjectDetail.NONE);
    }
}
