@NullMarked
package dev.connections.worker.source.snowflake;

import org.jspecify.annotations.NullMarked;
