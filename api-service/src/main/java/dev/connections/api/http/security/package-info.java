/** Who may call which operation. */
@NullMarked
package dev.connections.api.http.security;

import org.jspecify.annotations.NullMarked;
