@NullMarked
package dev.connections.worker.source.sqlserver;

import org.jspecify.annotations.NullMarked;
