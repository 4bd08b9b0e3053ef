package dev.connections.worker.source.mysql;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.mysql.MysqlGrants.Privilege;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements that give an account what a crawl lacks: those for the first few databases, and how many more there are. */
final class MissingGrants {
    private static final int MOST_SHOWN = 5;
    private static final Set<Privilege> SHOW_COLUMNS =
            EnumSet.of(Privilege.SELECT, Privilege.INSERT, Privilege.UPDATE, Privilege.REFERENCES);

    private final MysqlGrants grants;
    private final MysqlGrants.Names names;
    private final String account;
    private final Execution execution;
    private final Statements forColumns = new Statements();
    private final Statements forDefinitions = new Statements();

    /**
     * Begins with no database.
     *
     * @param account as CURRENT_USER() writes it
     */
    MissingGrants(MysqlGrants grants, MysqlGrants.Names names, String account, Execution execution) {
        this.grants = grants;
        this.names = names;
        this.account = quoted(account, execution);
        this.execution = execution;
    }

    /** Compares what the account has on a database with what a crawl reads. */
    void look(String database) {
        Set<Privilege> has = grants.on(database);
        Set<Privilege> lacks = EnumSet.of(Privilege.SELECT, Privilege.SHOW_VIEW);
        lacks.removeAll(has);
        if (has.stream().noneMatch(SHOW_COLUMNS::contains)) {
            forColumns.add(lacks, database);
        } else if (!lacks.isEmpty()) {
            forDefinitions.add(lacks, database);
        }
    }

    /** What to say of them. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (forColumns.count > 0) {
            warnings.add("columns in these databases stay hidden, some or all of them: " + forColumns.shown());
        }
        if (forDefinitions.count > 0) {
            warnings.add("the definitions of views in these databases stay hidden: " + forDefinitions.shown());
        }
        return warnings;
    }

    /** The account as a statement has it; a name that is a password too is left out. */
    private static String quoted(String account, Execution execution) {
        int at = account.lastIndexOf('@');
        boolean isKnown = at >= 0 && execution.withoutSecrets(account).equals(account);
        return isKnown
                ? QuotedPath.quoted(account.substring(0, at), '`') + "@"
                        + QuotedPath.quoted(account.substring(at + 1), '`')
                : "<user>";
    }

    private final class Statements {
        private final List<String> first = new ArrayList<>();
        private int count;

        void add(Set<Privilege> lacks, String database) {
            count++;
            if (first.size() < MOST_SHOWN) {
                String privileges = lacks.stream().map(Privilege::sql).collect(Collectors.joining(", "));
                String statement = "GRANT " + privileges + " ON " + QuotedPath.quoted(names.literal(database), '`')
                        + ".* TO " + account + ";";
                first.add(RemoteText.shown(statement, execution));
            }
        }

        String shown() {
            String statements = String.join(" ", first);
            return count == first.size() ? statements : statements + " and " + (count - first.size()) + " more";
        }
    }
}
