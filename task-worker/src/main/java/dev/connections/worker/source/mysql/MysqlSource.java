package dev.connections.worker.source.mysql;

import dev.connections.connection.Technology;
import dev.connections.worker.source.SourceDialer;
import org.springframework.stereotype.Component;

/** MySQL servers, version 5.7 and later, and what speaks their protocol. */
@Component
final class MysqlSource extends ServerSource {
    /** Reaches its servers through the dialer. */
    MysqlSource(SourceDialer dialer) {
        super(Technology.MYSQL, dialer);
    }
}
