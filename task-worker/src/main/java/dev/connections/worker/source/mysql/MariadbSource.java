package dev.connections.worker.source.mysql;

import dev.connections.connection.Technology;
import dev.connections.worker.source.SourceDialer;
import org.springframework.stereotype.Component;

/** MariaDB servers, version 10.3 and later. */
@Component
final class MariadbSource extends ServerSource {
    /** Reaches its servers through the dialer. */
    MariadbSource(SourceDialer dialer) {
        super(Technology.MARIADB, dialer);
    }
}
