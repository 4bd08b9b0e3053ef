package dev.connections.worker.source.oracle;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the data dictionary. Each is of few views, since joins of many are what dictionaries are slow at; rows that
 * belong together meet in the order of names. Source: Oracle's Database Reference, "Static Data Dictionary Views".
 */
final class OracleSql {
    /** Of one query of the dictionary. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(15);

    /** Rows that the first request of a stream brings. */
    private static final int FIRST_FETCH = 100;

    /** And of those with the text of a view, any of which may be long. */
    private static final int FIRST_FETCH_OF_TEXTS = 10;

    /** More schemas than that are cheaper to read whole than to name. */
    private static final int MOST_NAMED = 100;

    static final String SNAPSHOT = "set transaction read only";

    static final String DATABASE = """
            select sys_context('userenv', 'con_name'),
                   (select count(*) from session_roles where role = 'SELECT_CATALOG_ROLE')
                   + (select count(*) from session_privs where privilege = 'SELECT ANY DICTIONARY'),
                   sys_context('userenv', 'session_user')
              from dual""";

    /** Of a materialized view, what an account is granted is its table, and the object itself is not shown to everybody. */
    private static final String KINDS = "('TABLE', 'VIEW')";

    /** Users of whose relations the account sees one: for most a user is somebody who logs in, and no schema. */
    private static final String SCHEMAS = """
            select u.username, u.user_id
              from all_users u
             where u.oracle_maintained = 'N'
               and exists (select 1 from :dictionary_objects o where o.owner = u.username and o.object_type in :kinds)
             order by u.user_id""".replace(":kinds", KINDS);

    private static final String FIND = """
            select o.object_name
              from :dictionary_objects o
             where o.owner = ? and o.object_id = ? and o.object_type in :kinds""".replace(":kinds", KINDS);

    /**
     * Left out is what Oracle made for something else: secondary objects of domain indexes, nested tables, the overflow of
     * index-organized tables, and what is in the recycle bin. A materialized view is the table that holds it.
     */
    private static final String RELATIONS = """
            select o.owner, o.object_name, o.object_id, o.object_type, m.mview_name,
                   t.temporary, t.partitioned, t.iot_type, t.table_type_owner, t.table_type, e.type_name
              from :dictionary_objects o
              left join :dictionary_all_tables t
                     on o.object_type = 'TABLE' and t.owner = o.owner and t.table_name = o.object_name
              left join :dictionary_external_tables e
                     on o.object_type = 'TABLE' and e.owner = o.owner and e.table_name = o.object_name
              left join :dictionary_mviews m
                     on o.object_type = 'TABLE' and m.owner = o.owner and m.container_name = o.object_name
             where o.object_type in :kinds and o.secondary = 'N'
               and coalesce(t.nested, 'NO') = 'NO' and coalesce(t.iot_type, 'IOT') = 'IOT'
               and o.object_name not like 'BIN$%==$%'
               and :scope{o.owner, o.object_name}
             order by to_nchar(o.owner), to_nchar(o.object_name), o.object_id""".replace(":kinds", KINDS);

    /** A column of XML counts as virtual, but has no expression. */
    private static final String COLUMNS = """
            select c.owner, c.table_name, c.column_id, c.column_name, c.data_type, c.data_type_mod, c.data_type_owner,
                   c.data_length, c.data_precision, c.data_scale, c.char_length, c.char_used,
                   c.nullable, c.identity_column,
                   case when c.virtual_column = 'YES' and c.default_length is not null then 'YES' else 'NO' end
              from :dictionary_tab_cols c
             where c.hidden_column = 'NO' and :scope{c.owner, c.table_name}
             order by to_nchar(c.owner), to_nchar(c.table_name), c.column_id""";

    /** LONG; that of an identity is its sequence. */
    private static final String DEFAULTS = """
            select c.owner, c.table_name, c.column_id, c.data_default
              from :dictionary_tab_cols c
             where c.hidden_column = 'NO' and c.identity_column = 'NO' and c.default_length is not null
               and :scope{c.owner, c.table_name}
             order by to_nchar(c.owner), to_nchar(c.table_name), c.column_id""";

    /** A foreign key of whose target the account sees nothing comes without it. */
    private static final String KEYS = """
            select c.owner, c.table_name, c.constraint_name, c.constraint_type, k.column_name,
                   r.owner, r.table_name, f.column_name
              from :dictionary_constraints c
              join :dictionary_cons_columns k on k.owner = c.owner and k.constraint_name = c.constraint_name
              left join :dictionary_constraints r
                     on r.owner = c.r_owner and r.constraint_name = c.r_constraint_name
              left join :dictionary_cons_columns f
                     on f.owner = r.owner and f.constraint_name = r.constraint_name and f.position = k.position
             where c.constraint_type in ('P', 'R') and :scope{c.owner, c.table_name}
             order by to_nchar(c.owner), to_nchar(c.table_name), to_nchar(c.constraint_name), k.position""";

    private static final String COMMENTS = """
            select c.owner, c.relation, c.kind, c.column_name, c.comments
              from (select t.owner, t.table_name relation, 'TABLE' kind, '-' column_name, t.comments
                      from :dictionary_tab_comments t
                     where t.comments is not null and :scope{t.owner, t.table_name}
                     union all
                    select m.owner, m.mview_name, 'MATERIALIZED VIEW', '-', m.comments
                      from :dictionary_mview_comments m
                     where m.comments is not null and :scope{m.owner, m.mview_name}
                     union all
                    select n.owner, n.table_name, 'COLUMN', n.column_name, n.comments
                      from :dictionary_col_comments n
                     where n.comments is not null and :scope{n.owner, n.table_name}) c
             order by to_nchar(c.owner), to_nchar(c.relation)""";

    /** LONG. */
    private static final String VIEWS = """
            select v.owner, v.view_name, v.text
              from :dictionary_views v
             where :scope{v.owner, v.view_name}
             order by to_nchar(v.owner), to_nchar(v.view_name)""";

    /** LONG. */
    private static final String MATERIALIZED = """
            select m.owner, m.mview_name, m.query
              from :dictionary_mviews m
             where :scope{m.owner, m.mview_name}
             order by to_nchar(m.owner), to_nchar(m.mview_name)""";

    /** Where the columns of an owner and a name follow. */
    private static final String SCOPE = ":scope{";

    private static final String NOT_OF_ORACLE =
            ":owner in (select u.username from all_users u where u.oracle_maintained = 'N')";

    private OracleSql() {}

    static PreparedStatement statement(Connection connection, String sql, List<String> values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(Math.toIntExact(STATEMENT_TIMEOUT.toSeconds()));
        statement.setFetchSize(FIRST_FETCH);
        for (int i = 0; i < values.size(); i++) {
            statement.setString(i + 1, values.get(i));
        }
        return statement;
    }

    /**
     * The views of the dictionary that the account may read: those of all objects, or those of the objects that it has
     * privileges on.
     */
    enum Dictionary {
        DBA,
        ALL;

        private String in(String sql) {
            return sql.replace(":dictionary_", this == DBA ? "dba_" : "all_");
        }

        PreparedStatement schemas(Connection connection) throws SQLException {
            return statement(connection, in(SCHEMAS), List.of());
        }

        /** The name that the object of an id has now. */
        PreparedStatement find(Connection connection, String owner, long id) throws SQLException {
            PreparedStatement statement = statement(connection, in(FIND), List.of(owner));
            statement.setLong(2, id);
            return statement;
        }
    }

    /**
     * Whose rows belong to a database, or some schemas of it, or one relation.
     *
     * @param schemas null for all
     * @param relation null for all
     */
    record Scope(
            Dictionary dictionary,
            @Nullable Collection<String> schemas,
            @Nullable String relation) {
        PreparedStatement relations(Connection connection) throws SQLException {
            return in(connection, RELATIONS);
        }

        PreparedStatement columns(Connection connection) throws SQLException {
            return in(connection, COLUMNS);
        }

        PreparedStatement defaults(Connection connection) throws SQLException {
            return in(connection, DEFAULTS);
        }

        PreparedStatement keys(Connection connection) throws SQLException {
            return in(connection, KEYS);
        }

        PreparedStatement comments(Connection connection) throws SQLException {
            return in(connection, COMMENTS);
        }

        PreparedStatement views(Connection connection) throws SQLException {
            return texts(connection, VIEWS);
        }

        PreparedStatement materialized(Connection connection) throws SQLException {
            return texts(connection, MATERIALIZED);
        }

        private PreparedStatement texts(Connection connection, String sql) throws SQLException {
            PreparedStatement statement = in(connection, sql);
            statement.setFetchSize(FIRST_FETCH_OF_TEXTS);
            return statement;
        }

        private PreparedStatement in(Connection connection, String sql) throws SQLException {
            StringBuilder scoped = new StringBuilder();
            List<String> values = new ArrayList<>();
            int from = 0;
            for (int at = sql.indexOf(SCOPE); at >= 0; at = sql.indexOf(SCOPE, from)) {
                int end = sql.indexOf('}', at);
                String[] columns = sql.substring(at + SCOPE.length(), end).split(", ", 2);
                scoped.append(sql, from, at).append(condition(columns[0], columns[1], values));
                from = end + 1;
            }
            return statement(
                    connection, dictionary.in(scoped.append(sql.substring(from)).toString()), values);
        }

        private String condition(String owner, String name, List<String> values) {
            String condition = NOT_OF_ORACLE.replace(":owner", owner);
            if (schemas != null && schemas.size() <= MOST_NAMED) {
                condition = owner + " in (" + String.join(", ", Collections.nCopies(schemas.size(), "?")) + ")";
                values.addAll(schemas);
            }
            if (relation != null) {
                condition += " and " + name + " = ?";
                values.add(relation);
            }
            return condition;
        }
    }
}
