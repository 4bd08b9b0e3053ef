package dev.connections.worker.source.teradata;

import dev.connections.embedded.Postgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Stands in for Teradata's driver: it takes what that is given, and talks to a PostgreSQL whose tables are those of
 * Teradata's dictionary. It changes two things in what it is asked: there is no lock modifier, and no query band but a
 * setting. The numbers of errors are those of Teradata.
 */
final class StandInDriver implements Driver {
    static final String DATABASE = "teradata";

    private static final String LOCK_MODIFIER = "locking row for access ";
    private static final String COLLATION = "set session collation ascii";
    private static final String QUERY_BAND = "set query_band = ('.*') for session";
    private static final Map<String, Integer> NUMBERS =
            Map.of("42501", 3523, "28P01", 8017, "28000", 8017, "42P01", 3807, "57014", 3110);

    private final Postgres postgres;
    /** What was asked since somebody looked. */
    private final List<String> asked = new CopyOnWriteArrayList<>();
    /** What it says of each login that succeeds; null for nothing. */
    private volatile @Nullable SQLWarning warning;

    StandInDriver(Postgres postgres) {
        this.postgres = postgres;
    }

    List<String> asked() {
        return asked;
    }

    /** Lets each login succeed with this warning from now on; null for none. */
    void warn(@Nullable SQLWarning said) {
        warning = said;
    }

    @Override
    public @Nullable Connection connect(String url, Properties given) throws SQLException {
        if (!url.equals("jdbc:teradata://127.0.0.1/")) {
            return null;
        }
        boolean encrypted = given.getProperty("SSLMODE").equals("REQUIRE");
        Properties properties = new Properties();
        properties.setProperty("user", given.getProperty("USER"));
        properties.setProperty("password", given.getProperty("PASSWORD"));
        properties.setProperty("sslmode", encrypted ? "require" : "disable");
        properties.setProperty("sslNegotiation", "direct");
        properties.setProperty("sslfactory", "org.postgresql.ssl.NonValidatingFactory");
        properties.setProperty("autosave", "always");
        String port = given.getProperty(encrypted ? "HTTPS_PORT" : "DBS_PORT");
        try {
            Connection connection = Objects.requireNonNull(new org.postgresql.Driver()
                    .connect("jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE, properties));
            // Otherwise it would fetch answers whole; Teradata's fetches them in parts, and a statement that fails ends
            // no other.
            connection.setAutoCommit(false);
            return (Connection) like(connection, Connection.class, connection);
        } catch (SQLException e) {
            throw ofTeradata(e);
        }
    }

    private Object like(Object real, Class<?> type, Connection session) {
        return Proxy.newProxyInstance(
                StandInDriver.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> invoke(real, session, method, arguments));
    }

    private @Nullable Object invoke(Object real, Connection session, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("cancel")) {
            // PostgreSQL's driver would open a second socket, and Teradata's does not.
            cancel(session.unwrap(PGConnection.class).getBackendPID());
            return null;
        }
        if (method.getName().equals("getWarnings") && real instanceof Connection) {
            return warning;
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql && takesSql(method)) {
            asked.add(sql);
            arguments[0] = rewritten(sql);
        }
        try {
            Object made = method.invoke(real, arguments);
            return switch (made) {
                case PreparedStatement statement -> like(statement, PreparedStatement.class, session);
                case Statement statement -> like(statement, Statement.class, session);
                case ResultSet rows -> like(rows, ResultSet.class, session);
                case null, default -> made;
            };
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException failed ? ofTeradata(failed) : e.getCause();
        }
    }

    private static boolean takesSql(Method method) {
        return method.getName().equals("prepareStatement") || method.getName().equals("execute");
    }

    private static String rewritten(String sql) {
        return sql.startsWith(LOCK_MODIFIER)
                ? sql.substring(LOCK_MODIFIER.length())
                : sql.replaceFirst(QUERY_BAND, "set session \"stand.in\" = $1")
                        .replace(COLLATION, "set session \"stand.in\" = 'ascii'");
    }

    private void cancel(int session) throws SQLException {
        try (Connection admin = postgres.connect(DATABASE);
                Statement statement = admin.createStatement()) {
            statement.execute("select pg_cancel_backend(" + session + ")");
        }
    }

    /** An error of a state that begins with T has the number that follows. */
    private static SQLException ofTeradata(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        Integer number = state.startsWith("T") ? Integer.valueOf(state.substring(1)) : NUMBERS.get(state);
        if (number != null) {
            String mapped = number == 8017 ? "28000" : "HY000";
            return new SQLException(
                    "[Teradata Database] [TeraJDBC stand-in] [Error %d] [SQLState %s] %s"
                            .formatted(number, mapped, e.getMessage()),
                    mapped,
                    number);
        }
        return new SQLException("[Teradata JDBC Driver] [TeraJDBC stand-in] " + e.getMessage(), "08S01", 1000, e);
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:teradata:");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 20;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }
}
