package dev.connections.worker.source.sqlserver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Remembers the last statement of a connection: the driver cancels statements, and has no way to find them. */
final class CancelableConnection implements InvocationHandler {
    private final Connection connection;
    private volatile @Nullable Statement last;

    private CancelableConnection(Connection connection) {
        this.connection = connection;
    }

    /** The connection, of which {@link #cancel} can cancel what it does. */
    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                CancelableConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new CancelableConnection(connection));
    }

    /** Asks the server to stop the last statement of a connection; does nothing where it has ended. */
    static void cancel(Connection connection) throws SQLException {
        Statement statement = ((CancelableConnection) Proxy.getInvocationHandler(connection)).last;
        if (statement != null && !statement.isClosed()) {
            statement.cancel();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            Object result = method.invoke(connection, arguments);
            if (result instanceof Statement statement) {
                last = statement;
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
