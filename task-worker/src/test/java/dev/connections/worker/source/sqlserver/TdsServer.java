package dev.connections.worker.source.sqlserver;

import dev.connections.worker.source.FakeServer;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a server: it speaks the protocol, checks logins, and executes the statements of batches on catalogs in
 * PostgreSQL. It shows which statements are sent and what the driver and the crawl make of the answers; not that SQL Server
 * takes the statements, nor what its accounts may see.
 */
final class TdsServer implements AutoCloseable {
    static final String USER = "contract";
    static final String SECRET = "s3cret-of-contract";

    private final SqlServerDatabases databases;
    private final @Nullable SSLContext tls;
    private final FakeServer listener;
    private final Queue<String> statements = new ConcurrentLinkedQueue<>();
    private final Queue<TdsSession.Login> logins = new ConcurrentLinkedQueue<>();

    /**
     * Starts one.
     *
     * @param tls what it proves itself with; null for a server without TLS
     */
    TdsServer(SqlServerDatabases databases, @Nullable SSLContext tls) {
        this.databases = databases;
        this.tls = tls;
        this.listener = FakeServer.that((socket, server) -> serve(socket));
    }

    int port() {
        return listener.port();
    }

    /** The statements since the last time that they were taken. */
    List<String> takeStatements() {
        return take(statements);
    }

    /** The logins since the last time that they were taken. */
    List<TdsSession.Login> takeLogins() {
        return take(logins);
    }

    private static <T> List<T> take(Queue<T> queue) {
        List<T> taken = new ArrayList<>();
        for (T one = queue.poll(); one != null; one = queue.poll()) {
            taken.add(one);
        }
        return taken;
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        TdsSession session = new TdsSession(socket);
        TdsSession.Login login = session.logIn(tls);
        logins.add(login);
        String asked = login.database().isEmpty() ? "master" : login.database();
        try {
            String database = databases.opened(asked);
            if (!login.user().equals(USER) || !login.password().equals(SECRET)) {
                session.answer()
                        .error(18456, "Login failed for user '" + login.user() + "'.")
                        .done(2)
                        .end();
            } else if (database == null) {
                session.answer()
                        .error(4060, "Cannot open database \"" + asked + "\" requested by the login.")
                        .error(18456, "Login failed for user '" + login.user() + "'.")
                        .done(2)
                        .end();
            } else {
                session.accept(database);
                try (Connection connection = databases.connect(database, login.application())) {
                    serve(session, connection);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(TdsSession session, Connection connection)
            throws IOException, InterruptedException, SQLException {
        connection.setAutoCommit(false);
        AtomicReference<@Nullable Statement> running = new AtomicReference<>();
        Thread worker = Thread.ofVirtual().unstarted(() -> {});
        try {
            while (true) {
                TdsSession.Message message = session.receive();
                if (message.type() == TdsPacket.ATTENTION) {
                    cancel(running.get());
                    worker.join();
                    session.answer().done(0x20).end();
                } else if (message.type() == TdsPacket.BATCH) {
                    worker.join();
                    String sql = TdsSession.sqlIn(message);
                    statements.add(sql);
                    worker = Thread.ofVirtual().start(() -> execute(sql, connection, running, session));
                } else {
                    throw new IllegalStateException("a request of type " + message.type());
                }
            }
        } finally {
            cancel(running.get());
            worker.join();
        }
    }

    private static void cancel(@Nullable Statement statement) throws SQLException {
        if (statement != null) {
            statement.cancel();
        }
    }

    private static void execute(
            String sql, Connection connection, AtomicReference<@Nullable Statement> running, TdsSession session) {
        TdsOutput answer = session.answer();
        boolean answered = false;
        try (Statement statement = connection.createStatement()) {
            running.set(statement);
            statement.setFetchSize(1_000);
            try {
                if (statement.execute(SqlServerDatabases.translated(sql))) {
                    try (ResultSet rows = statement.getResultSet()) {
                        new TdsRows(answer, rows).write();
                    }
                    connection.rollback();
                } else {
                    // A setting, which outlives its transaction.
                    connection.commit();
                }
                answer.done(0x10).end();
            } catch (SQLException e) {
                connection.rollback();
                running.set(null);
                answer.error(numberOf(e), String.valueOf(e.getMessage()))
                        .done(2)
                        .end();
            }
            answered = true;
        } catch (SQLException | IOException e) {
            // The client went, and the session with it.
        } finally {
            running.set(null);
            if (!answered) {
                session.close();
            }
        }
    }

    private static int numberOf(SQLException e) {
        return switch (String.valueOf(e.getSQLState())) {
            case "55P03" -> 1222;
            case "42P01" -> 208;
            case "42703" -> 207;
            case "42501" -> 229;
            case "40P01" -> 1205;
            default -> 50_000;
        };
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
