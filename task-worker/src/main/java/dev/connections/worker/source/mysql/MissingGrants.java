package dev.connections.worker.source.mysql;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Grants;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.mysql.MysqlGrants.Privilege;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements that give an account what a crawl lacks, one for each database. */
final class MissingGrants {
    private static final Set<Privilege> SHOW_COLUMNS =
            EnumSet.of(Privilege.SELECT, Privilege.INSERT, Privilege.UPDATE, Privilege.REFERENCES);

    private final MysqlGrants grants;
    private final MysqlGrants.Names names;
    private final String account;
    private final Grants statements;
    private int withoutColumns;
    private int withoutDefinitions;

    /**
     * Begins with no database.
     *
     * @param account as CURRENT_USER() writes it
     */
    MissingGrants(MysqlGrants grants, MysqlGrants.Names names, String account, Execution execution) {
        this.grants = grants;
        this.names = names;
        this.account = quoted(account, execution);
        this.statements = new Grants(execution);
    }

    /** Compares what the account has on a database with what a crawl reads. */
    void look(String database) {
        Set<Privilege> has = grants.on(database);
        Set<Privilege> lacks = EnumSet.of(Privilege.SELECT, Privilege.SHOW_VIEW);
        lacks.removeAll(has);
        if (has.stream().noneMatch(SHOW_COLUMNS::contains)) {
            withoutColumns++;
        } else if (!lacks.isEmpty()) {
            withoutDefinitions++;
        } else {
            return;
        }
        String privileges = lacks.stream().map(Privilege::sql).collect(Collectors.joining(", "));
        statements.add(
                "GRANT " + privileges + " ON " + QuotedPath.quoted(names.literal(database), '`') + ".* TO " + account);
    }

    /** What stays hidden, in how many databases. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (withoutColumns > 0) {
            warnings.add("columns stay hidden, some or all of them, in " + databases(withoutColumns));
        }
        if (withoutDefinitions > 0) {
            warnings.add("the definitions of views stay hidden in " + databases(withoutDefinitions));
        }
        return warnings;
    }

    /** The message, and below it the statements where there are some. */
    String below(String message) {
        return statements.below(message, "to grant that");
    }

    private static String databases(int count) {
        return count == 1 ? "1 database" : count + " databases";
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
}
