/** The VALIDATE task: network path, TLS, login and privileges of a connection. */
@NullMarked
package dev.connections.worker.validate;

import org.jspecify.annotations.NullMarked;
