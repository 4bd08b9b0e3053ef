/** Reaching the data sources of users: every host is hostile until its address has been checked. */
@NullMarked
package dev.connections.worker.source;

import org.jspecify.annotations.NullMarked;
