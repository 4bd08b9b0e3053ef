package dev.connections.worker.source.teradata;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session that knows its statements: the driver can stop a statement, and not whatever its session does. */
final class StoppableConnection implements InvocationHandler {
    private final Connection connection;
    private final List<Statement> statements = new ArrayList<>();

    private StoppableConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                StoppableConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new StoppableConnection(connection));
    }

    /** Stops the statements of a session that {@link #of} made; called on another thread. */
    static void stop(Connection session) throws SQLException {
        SQLException failed = null;
        for (Statement statement : ((StoppableConnection) Proxy.getInvocationHandler(session)).open()) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            Object made = method.invoke(connection, arguments);
            if (made instanceof Statement statement) {
                remember(statement);
            }
            return made;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private void remember(Statement statement) throws SQLException {
        List<Statement> open = open();
        synchronized (statements) {
            statements.clear();
            statements.addAll(open);
            statements.add(statement);
        }
    }

    private List<Statement> open() throws SQLException {
        List<Statement> open = new ArrayList<>();
        synchronized (statements) {
            for (Statement statement : statements) {
                if (!statement.isClosed()) {
                    open.add(statement);
                }
            }
        }
        return open;
    }
}
