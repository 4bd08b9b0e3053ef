@NullMarked
package dev.connections.worker.source.teradata;

import org.jspecify.annotations.NullMarked;
