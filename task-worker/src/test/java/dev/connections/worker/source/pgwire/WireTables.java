package dev.connections.worker.source.pgwire;

import dev.connections.embedded.Postgres;
import dev.connections.worker.source.ManyTables;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Many real tables of a server of PostgreSQL's protocol. */
public final class WireTables {
    private static final String DATABASE = "many_tables";

    /** A transaction has room for the locks of a few thousand. */
    private static final String FILL = """
            do $$ begin
                for i in 1..:count loop
                    execute format('create table shop.t%s (c1 int primary key, c2 int, c3 int, c4 varchar(9) default %L)', i, 't' || i);
                    execute format('comment on table shop.t%s is %L', i, 'Table t' || i);
                    if i % 100 = 0 then
                        commit;
                    end if;
                end loop;
            end $$""";

    private WireTables() {}

    /** Makes them, and crawls them with what belongs to each. */
    public static void areAllFound(WireSourceServer server) throws Exception {
        // Each is a table with an index, and so takes a while to make.
        int count = ManyTables.count(500);
        Postgres postgres = server.postgres();
        server.createDatabase(DATABASE);
        try {
            postgres.execute(DATABASE, "create schema shop");
            postgres.execute(DATABASE, FILL.replace(":count", String.valueOf(count)));
            ObjectNode configuration =
                    server.configurations(server.port(), DATABASE).getFirst();
            ManyTables.areAllFound(
                    server,
                    configuration,
                    List.of(DATABASE, "shop"),
                    count,
                    "quote_literal(name) || '::character varying'");
        } finally {
            server.dropDatabase(DATABASE);
        }
    }
}
