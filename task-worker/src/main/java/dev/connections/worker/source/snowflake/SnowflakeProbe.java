package dev.connections.worker.source.snowflake;

import dev.connections.connection.ClientConfiguration.Snowflake;
import dev.connections.connection.Credential;
import dev.connections.connection.PathPatterns;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of an account: its port, TLS, a command as the role, and what the role sees with its warehouse. */
final class SnowflakeProbe extends HttpProbe {
    private static final String NOTHING_SEEN =
            "the role sees no table or view in the first database that the patterns cover: if it has some, GRANT USAGE ON ALL"
                    + " SCHEMAS and REFERENCES ON ALL TABLES and ALL VIEWS IN DATABASE to the role;"
                    + " docs/sources/snowflake.md has the statements";

    private final Snowflake account;
    private @Nullable SnowflakeSession session;
    private List<FoundObject> databases = List.of();

    SnowflakeProbe(Execution execution, SourceDialer dialer) {
        super(execution, dialer);
        this.account = SnowflakeSession.accountOf(execution);
    }

    @Override
    protected HttpTarget target() {
        return SnowflakeSession.targetOf(account);
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        leave();
        SnowflakeSession opened = SnowflakeSession.of(dialer(), execution());
        session = opened;
        databases = SnowflakeAccountCrawl.databases(
                opened.query(SnowflakeSql.DATABASES), execution().limits());
        return account.credential() instanceof Credential.UsernamePassword
                ? new Finding.Passed(
                        "the password was taken as a programmatic access token: Snowflake's SQL API takes no"
                                + " password")
                : new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        SnowflakeSession open = session;
        if (open == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        Finding seen = VisibleDatabases.check(
                execution(),
                "database",
                databases.stream().map(FoundObject::name).toList(),
                account.database(),
                "the role sees no database: GRANT USAGE ON DATABASE <database> TO ROLE <role>");
        PathPatterns scope = execution().target().settings().crawl().patterns();
        List<String> covered = databases.stream()
                .map(FoundObject::name)
                .filter(name -> scope.coversContainer(List.of(name)))
                .toList();
        if (seen instanceof Finding.Warning || covered.isEmpty()) {
            return seen;
        }
        return withWarehouse(open, covered.getFirst());
    }

    /** What SHOW lists needs no warehouse, and all else does. */
    private static Finding withWarehouse(SnowflakeSession open, String database) throws Exception {
        try (SnowflakeRows schema = open.query(SnowflakeSql.schemas(database), SnowflakeSql.SCHEMAS_SELECTED);
                SnowflakeRows relation = open.query(SnowflakeSql.anyRelation(database), SnowflakeSql.ANY_SELECTED)) {
            return schema.next() && relation.next() ? new Finding.Passed(null) : new Finding.Warning(NOTHING_SEEN);
        } catch (StatementFailedException e) {
            if (!e.isOfTheStatement()) {
                throw e;
            }
            // A crawl reads the others.
            return new Finding.Warning(
                    "the first database that the patterns cover cannot be read: GRANT USAGE ON DATABASE"
                            + " and on its schemas to the role; docs/sources/snowflake.md has the statements");
        }
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
