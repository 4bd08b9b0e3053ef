package dev.connections.worker.source.mysql;

import dev.connections.connection.Technology;
import dev.connections.embedded.Mariadb;
import java.util.List;

/** The real servers that tests of this folder share; each ends with the JVM. */
final class MysqlServers {
    private MysqlServers() {}

    /** MariaDB, whose users prove their passwords, so that any mode of TLS does. */
    static MysqlSourceServer mariadb() {
        return OfMariadb.SERVER;
    }

    /** MySQL 8.0, whose users give their passwords to a server that TLS has verified. */
    static MysqlSourceServer mysql() {
        return OfMysql.SERVER;
    }

    private static final class OfMariadb {
        static final MysqlSourceServer SERVER = start();

        private static MysqlSourceServer start() {
            Mariadb started = Mariadb.startTemporary();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            return withUser(new MysqlSourceServer(
                    Technology.MARIADB,
                    started.port(),
                    started::connect,
                    List.of(MysqlSourceServer.tls("DISABLE", null), MysqlSourceServer.tls("PREFER", null))));
        }
    }

    private static final class OfMysql {
        static final MysqlSourceServer SERVER = start();

        private static MysqlSourceServer start() {
            MysqlServerProcess started = MysqlServerProcess.start();
            return withUser(new MysqlSourceServer(
                    Technology.MYSQL,
                    started.port(),
                    started::connect,
                    List.of(
                            MysqlSourceServer.tls("VERIFY_CA", started.authority()),
                            MysqlSourceServer.tls("DISABLE", null))));
        }
    }

    private static MysqlSourceServer withUser(MysqlSourceServer server) {
        server.execute(
                "create user " + MysqlSourceServer.USER + " identified by '" + MysqlSourceServer.SECRET + "'",
                "grant all on *.* to " + MysqlSourceServer.USER);
        return server;
    }
}
