package dev.connections.worker.source.mysql;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The privileges of an account and of its active roles, as SHOW GRANTS lists them, as far as a crawl needs them. */
final class MysqlGrants {
    private final Names names;
    private final Set<Privilege> everywhere = EnumSet.noneOf(Privilege.class);
    private final Map<String, Set<Privilege>> revoked = new HashMap<>();
    /** By the grantee and the pattern of the databases' names. */
    private final Map<String, Map<String, Set<Privilege>>> byPattern = new HashMap<>();

    private final Map<String, Map<String, Set<Privilege>>> byTable = new HashMap<>();

    /** The privileges that show something of a relation. */
    enum Privilege {
        SELECT,
        INSERT,
        UPDATE,
        REFERENCES,
        SHOW_VIEW;

        /** As statements write it. */
        String sql() {
            return name().replace('_', ' ');
        }
    }

    /**
     * How the server takes the name of a database in a grant.
     *
     * @param arePatterns as a pattern of LIKE, unless it has partial revokes
     * @param ignoreCase lower and upper case are the same
     */
    record Names(boolean arePatterns, boolean ignoreCase) {
        /** A name as a grant for this one database has to write it. */
        String literal(String database) {
            return arePatterns
                    ? database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
                    : database;
        }

        private String folded(String name) {
            return ignoreCase ? name.toLowerCase(Locale.ROOT) : name;
        }

        private boolean match(String pattern, String database) {
            return arePatterns ? LikePattern.matches(pattern, database) : pattern.equals(database);
        }
    }

    MysqlGrants(Names names) {
        this.names = names;
    }

    /** Takes note of a line of the list. */
    void add(String line) {
        GrantLine grant = GrantLine.parse(line);
        if (grant == null) {
            return;
        }
        Set<Privilege> privileges = relevant(grant.privileges());
        String database = grant.database() == null ? null : names.folded(grant.database());
        String table = grant.table();
        if (database == null) {
            everywhere.addAll(grant.isRevoke() ? Set.of() : privileges);
        } else if (grant.isRevoke()) {
            merge(revoked, database, privileges);
        } else if (table == null) {
            merge(byPattern.computeIfAbsent(grant.grantee(), grantee -> new TreeMap<>()), database, privileges);
        } else {
            merge(byTable.computeIfAbsent(database, of -> new HashMap<>()), table, privileges);
        }
    }

    private static Set<Privilege> relevant(Set<String> granted) {
        if (granted.contains("ALL PRIVILEGES") || granted.contains("ALL")) {
            return EnumSet.allOf(Privilege.class);
        }
        Set<Privilege> found = EnumSet.noneOf(Privilege.class);
        for (Privilege privilege : Privilege.values()) {
            if (granted.contains(privilege.sql())) {
                found.add(privilege);
            }
        }
        return found;
    }

    private static void merge(Map<String, Set<Privilege>> all, String key, Set<Privilege> more) {
        all.computeIfAbsent(key, absent -> EnumSet.noneOf(Privilege.class)).addAll(more);
    }

    /** What the account may do with all of a database that the server shows to it. */
    Set<Privilege> on(String database) {
        String name = names.folded(database);
        Set<Privilege> found = EnumSet.copyOf(everywhere);
        found.removeAll(revoked.getOrDefault(name, Set.of()));
        byPattern.values().forEach(grants -> found.addAll(closest(grants, name)));
        Map<String, Set<Privilege>> tables = byTable.getOrDefault(name, Map.of());
        if (!tables.isEmpty()) {
            found.addAll(common(tables.values()));
        }
        return found;
    }

    /** Of the grants to one account a server takes only the one whose name has its first wildcard last. */
    private Set<Privilege> closest(Map<String, Set<Privilege>> grants, String database) {
        Set<Privilege> found = EnumSet.noneOf(Privilege.class);
        int best = -1;
        for (Map.Entry<String, Set<Privilege>> grant : grants.entrySet()) {
            int rank = names.arePatterns() ? LikePattern.firstWildcard(grant.getKey()) : Integer.MAX_VALUE;
            if (rank >= best && names.match(grant.getKey(), database)) {
                if (rank > best) {
                    found.clear();
                }
                best = rank;
                found.addAll(grant.getValue());
            }
        }
        return found;
    }

    /** Of a database whose tables were granted one by one the server shows these. */
    private static Set<Privilege> common(Collection<Set<Privilege>> tables) {
        Set<Privilege> common = EnumSet.allOf(Privilege.class);
        tables.forEach(common::retainAll);
        return common;
    }
}
