/** Reaching the data platforms of users: every host is hostile until its address has been checked. */
@NullMarked
package dev.connections.worker.platform;

import org.jspecify.annotations.NullMarked;
