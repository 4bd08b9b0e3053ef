package dev.connections.worker.source.jdbc;

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

/** A connection that knows its statements, for a driver that can stop a statement, but not whatever a connection does. */
public final class StoppableConnection implements InvocationHandler {
    private final Connection connection;
    private final List<Statement> statements = new ArrayList<>();

    private StoppableConnection(Connection connection) {
        this.connection = connection;
    }

    /** Wraps a connection; its statements are themselves. */
    public static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                StoppableConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new StoppableConnection(connection));
    }

    /** Stops the statements of a connection that {@link #of} made; called on another thread. */
    public static void stop(Connection session) throws SQLException {
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
