/** Lets work that comes at the same time share a transaction. */
@NullMarked
package dev.connections.group;

import org.jspecify.annotations.NullMarked;
