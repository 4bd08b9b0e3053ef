package dev.connections.worker.source.oracle;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.Grants;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What an account may see of what its connection is to crawl. */
final class OraclePrivileges {
    private final Connection connection;
    private final Execution execution;
    private final PathPatterns scope;

    OraclePrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
    }

    /** Looks only at what the connection's patterns cover; throws where the account sees no table at all. */
    Finding look() throws SQLException {
        return ReadTransaction.of(connection, this::finding);
    }

    private Finding finding() throws SQLException {
        OracleSession session = OracleSession.of(connection);
        if (session.database().equals(OracleSession.ROOT)) {
            return new Finding.Warning(
                    "the service leads to the root of a container database, where users have no tables;"
                            + " set database to a service of a pluggable database");
        }
        Grants grants = new Grants(execution);
        grants.add("GRANT SELECT_CATALOG_ROLE TO " + QuotedPath.of(session.user()));
        List<FoundObject> schemas = session.schemas(execution.limits());
        if (schemas.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the account sees no table or view of any user; grant it READ on those to crawl, or the role that shows it all"
                            + " tables and lets it read none: "
                            + grants.first().orElse("SELECT_CATALOG_ROLE"),
                    null);
        }
        boolean covered =
                schemas.stream().anyMatch(schema -> scope.coversContainer(List.of(session.database(), schema.name())));
        if (!covered) {
            return new Finding.Warning("the connection's patterns cover none of the schemas that the account sees");
        }
        return new Finding.Passed(
                session.dictionary() == OracleSql.Dictionary.DBA
                        ? null
                        : grants.below(
                                "the account sees the tables and views that it has a privilege on",
                                "to show it all of them"));
    }
}
