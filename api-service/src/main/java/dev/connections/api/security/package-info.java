/** Who may call which operation. */
@NullMarked
package dev.connections.api.security;

import org.jspecify.annotations.NullMarked;
