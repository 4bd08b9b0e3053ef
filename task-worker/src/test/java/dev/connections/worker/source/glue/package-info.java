@NullMarked
package dev.connections.worker.source.glue;

import org.jspecify.annotations.NullMarked;
