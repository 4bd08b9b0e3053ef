package dev.connections.worker.source.teradata;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the dictionary. They read the views that show everybody everything (V), not those that show what the
 * account has a right to (VX): so the account needs no right on any table. All wait for no lock but an exclusive one, which
 * nobody takes on the dictionary while the system is in use. What has to come in one order is sorted by the code of its
 * UTF-16, in digits that {@link #COLLATION} keeps in their order.
 */
final class TeradataSql {
    private static final String REFERENCES = "DBC.All_RI_ChildrenV";

    /** The views that the queries read; PUBLIC may read all of them by default. */
    static final List<String> VIEWS =
            List.of("DBC.DatabasesV", "DBC.TablesV", "DBC.ColumnsV", "DBC.IndicesV", REFERENCES, "DBC.TableTextV");

    /** The columns with the types of those of views too. */
    static final String ALL_COLUMNS = "DBC.ColumnsQV";
    /** The columns without the types of those of views. */
    static final String TABLE_COLUMNS = "DBC.ColumnsV";

    private static final String ACCESS = "locking row for access ";
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final int FETCHED_ROWS = 500;

    /** Those of the system and of its tools, in upper case. */
    private static final String SYSTEM = """
            'ALL', 'CONSOLE', 'CRASHDUMPS', 'DBC', 'DBCMNGR', 'DEFAULT', 'EXTERNAL_AP', 'EXTUSER', 'GLOBAL_FUNCTIONS',
            'LOCKLOGSHREDDER', 'PUBLIC', 'SQLJ', 'SYSADMIN', 'SYSBAR', 'SYSJDBC', 'SYSLIB', 'SYSSPATIAL', 'SYSTEMFE',
            'SYSUDTLIB', 'SYSUIF', 'SYS_CALENDAR', 'TDMAPS', 'TDPUSER', 'TDQCD', 'TDSTATS', 'TDWM', 'TD_ANALYTICS_DB',
            'TD_DATASHARINGREPO', 'TD_METRIC_SVC', 'TD_OFSSTORAGE', 'TD_SERVER_DB', 'TD_SYSFNLIB', 'TD_SYSGPL', 'TD_SYSXML',
            'VIEWPOINT'""";

    /** Tables, those without a primary index, queues, views. */
    private static final String KINDS = "('T', 'O', 'Q', 'V')";

    /** Databases, and those of users that have tables or views. */
    private static final String DATABASES = """
            select d.DatabaseName, d.DBKind, d.CommentString, :created, :altered
              from DBC.DatabasesV d
              left join (select distinct DatabaseName from DBC.TablesV where TableKind in :kinds) r
                on r.DatabaseName = d.DatabaseName
             where (d.DBKind = 'D' or r.DatabaseName is not null)
               and upper(d.DatabaseName) not in (:system)
             order by char2hexint(d.DatabaseName)
            """.replace(":created", time("d.CreateTimeStamp"))
            .replace(":altered", time("d.LastAlterTimeStamp"))
            .replace(":kinds", KINDS)
            .replace(":system", SYSTEM);

    /** The last says what a commit does with the rows of a global temporary table; volatile tables are not in the dictionary. */
    private static final String RELATIONS = """
            select TableName, TableKind, CommentString, :created, :altered, CommitOpt
              from DBC.TablesV
             where DatabaseName = ? and TableKind in :kinds:only
             order by char2hexint(TableName)
            """.replace(":created", time("CreateTimeStamp"))
            .replace(":altered", time("LastAlterTimeStamp"))
            .replace(":kinds", KINDS);

    private static final String COLUMNS = """
            select TableName, ColumnId, ColumnName, ColumnType, ColumnLength, DecimalTotalDigits, DecimalFractionalDigits,
                   CharType, ColumnUDTName, Nullable, DefaultValue, IdColType, CommentString
              from :view
             where DatabaseName = ?:only
             order by char2hexint(TableName), ColumnId
            """;

    private static final String PRIMARY_KEYS = """
            select TableName, ColumnName
              from DBC.IndicesV
             where DatabaseName = ? and IndexType = 'K':only
             order by char2hexint(TableName), ColumnPosition
            """;

    private static final String FOREIGN_KEYS = """
            select ChildTable, IndexId, IndexName, ChildKeyColumn, ParentDB, ParentTable, ParentKeyColumn
              from DBC.All_RI_ChildrenV
             where ChildDB = ?:only
             order by char2hexint(ChildTable), IndexId
            """;

    private static final String TEXTS = """
            select TableName, RequestTxtOverflow, RequestText
              from DBC.TablesV
             where DatabaseName = ? and TableKind = 'V':only
            """;

    /** The parts of those that are too long for the other. */
    private static final String LONG_TEXTS = """
            select TableName, RequestText
              from DBC.TableTextV
             where DatabaseName = ? and TableKind = 'V':only
             order by char2hexint(TableName), LineNo
            """;

    /** In EBCDIC, which a user may have, letters come before digits. */
    static final String COLLATION = "set session collation ascii";

    private TeradataSql() {}

    /** Lets the session say whose it is; the words go with it. */
    static String session(UUID run) {
        return "set query_band = 'ApplicationName=connections;JobID=" + run + ";' for session";
    }

    /** With the session's time zone, and as text, of which drivers and servers have one idea. */
    private static String time(String column) {
        return "cast(cast(" + column + " as timestamp(0) with time zone) as varchar(40))";
    }

    static PreparedStatement databases(Connection connection) throws SQLException {
        return statement(connection, DATABASES);
    }

    /** A query that fails where the account may not read a view of the dictionary, and else has no row: no name is empty. */
    static PreparedStatement tryView(Connection connection, String view) throws SQLException {
        String name = view.equals(REFERENCES) ? "ChildDB" : "DatabaseName";
        return statement(connection, "select " + name + " from " + view + " where " + name + " = ''");
    }

    private static PreparedStatement statement(Connection connection, String select) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(ACCESS + select);
        statement.setFetchSize(FETCHED_ROWS);
        statement.setQueryTimeout(Math.toIntExact(LIMIT.toSeconds()));
        return statement;
    }

    /** Whose rows belong to one database, or one relation of it. */
    record Scope(String database, @Nullable String relation) {
        PreparedStatement relations(Connection connection) throws SQLException {
            return statement(connection, RELATIONS, "TableName");
        }

        /** @param view {@link #ALL_COLUMNS} or {@link #TABLE_COLUMNS} */
        PreparedStatement columns(Connection connection, String view) throws SQLException {
            return statement(connection, COLUMNS.replace(":view", view), "TableName");
        }

        PreparedStatement primaryKeys(Connection connection) throws SQLException {
            return statement(connection, PRIMARY_KEYS, "TableName");
        }

        PreparedStatement foreignKeys(Connection connection) throws SQLException {
            return statement(connection, FOREIGN_KEYS, "ChildTable");
        }

        PreparedStatement texts(Connection connection) throws SQLException {
            return statement(connection, TEXTS, "TableName");
        }

        PreparedStatement longTexts(Connection connection) throws SQLException {
            return statement(connection, LONG_TEXTS, "TableName");
        }

        private PreparedStatement statement(Connection connection, String select, String name) throws SQLException {
            String only = relation == null ? "" : " and " + name + " = ?";
            PreparedStatement statement = TeradataSql.statement(connection, select.replace(":only", only));
            statement.setString(1, database);
            if (relation != null) {
                statement.setString(2, relation);
            }
            return statement;
        }
    }
}
