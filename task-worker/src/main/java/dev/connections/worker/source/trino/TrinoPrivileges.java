package dev.connections.worker.source.trino;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.VisibleDatabases;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an account may read of what every crawl reads: the cluster's own tables, and the information_schema of each catalog. */
final class TrinoPrivileges {
    /** More catalogs are not tried: each takes a statement. */
    private static final int MOST_TRIED = 20;

    private static final String ALLOW_METADATA =
            "; with file-based access control, add to \"tables\": {\"user\": \"<user>\", \"catalog\": \"system\", \"schema\":"
                    + " \"metadata\", \"privileges\": [\"SELECT\"]}, and to \"catalogs\": {\"user\": \"<user>\", \"catalog\":"
                    + " \"system\", \"allow\": \"read-only\"}";

    /** Rules of files allow that to whoever may access the catalog. */
    private static final String ALLOW_CATALOG = "; allow it SELECT on that schema in the cluster's access control";

    private final TrinoSession session;
    private final Execution execution;
    private final PathPatterns scope;

    TrinoPrivileges(TrinoSession session, Execution execution) {
        this.session = session;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
    }

    /** Looks only at what the connection's patterns cover; throws where a crawl could read nothing. */
    Finding look() throws Exception {
        requireMetadata();
        List<String> catalogs = catalogs();
        String configured = TrinoSession.serverOf(execution).database();
        Finding visible = VisibleDatabases.check(
                execution,
                "catalog",
                catalogs,
                configured == null ? null : configured.toLowerCase(Locale.ROOT),
                "the cluster shows the account no catalog; allow it some");
        List<String> warnings = new ArrayList<>();
        if (visible instanceof Finding.Warning warning) {
            warnings.add(warning.message());
        }
        tryCatalogs(catalogs, warnings);
        return warnings.isEmpty() ? visible : new Finding.Warning(String.join("; ", warnings));
    }

    private void requireMetadata() throws Exception {
        List<String> denied = new ArrayList<>();
        for (String table : TrinoSql.METADATA.keySet()) {
            QueryFailedException failed = failureOf(TrinoSql.tryMetadata(table));
            if (failed != null && !failed.isOfPrivileges()) {
                throw failed;
            } else if (failed != null) {
                denied.add(table);
            }
        }
        if (!denied.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the account may not read " + String.join(", ", denied) + ALLOW_METADATA,
                    null);
        }
    }

    /** A catalog that fails for another reason, such as a system that is down, is a warning of a crawl too. */
    private void tryCatalogs(List<String> catalogs, List<String> warnings) throws Exception {
        List<String> tried = catalogs.stream()
                .filter(name -> scope.coversContainer(List.of(name)))
                .limit(MOST_TRIED)
                .toList();
        CountedNames hidden = new CountedNames();
        CountedNames failing = new CountedNames();
        int readable = 0;
        for (String catalog : tried) {
            QueryFailedException failed = failureOf(TrinoSql.tryCatalog(catalog));
            if (failed == null) {
                readable++;
            } else {
                (failed.isOfPrivileges() ? hidden : failing).add(catalog);
            }
        }
        if (!failing.isEmpty()) {
            warnings.add("the cluster failed statements of these catalogs: " + failing.shown(execution));
        }
        if (!hidden.isEmpty()) {
            warnings.add("the account may not read the information_schema of these catalogs: " + hidden.shown(execution)
                    + ALLOW_CATALOG);
        }
        if (readable == 0 && !hidden.isEmpty()) {
            throw new RunFailedException(ErrorCode.PERMISSION_DENIED, String.join("; ", warnings), null);
        }
    }

    /** Why a statement that has no rows fails; null where it does not. */
    private @Nullable QueryFailedException failureOf(String sql) throws Exception {
        try (TrinoRows row = session.query(sql, 1)) {
            if (row.next()) {
                throw new ProtocolException("rows where there can be none");
            }
            return null;
        } catch (QueryFailedException e) {
            return e;
        }
    }

    private List<String> catalogs() throws Exception {
        BoundedList<String> names = new BoundedList<>(execution.limits()::checkDatabases, execution.limits());
        try (TrinoRows row = session.query(TrinoSql.CATALOGS, 1)) {
            while (row.next()) {
                names.add(row.text(1), row.text(1).length());
            }
        }
        return names.items();
    }
}
