@NullMarked
package dev.connections.worker.source.pgwire;

import org.jspecify.annotations.NullMarked;
