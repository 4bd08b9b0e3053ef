/** Everything that knows MySQL and MariaDB as sources: one protocol, one driver, two servers that differ in details. */
@NullMarked
package dev.connections.worker.source.mysql;

import org.jspecify.annotations.NullMarked;
