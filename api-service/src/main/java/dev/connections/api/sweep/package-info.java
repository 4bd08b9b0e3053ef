/** Keeps what should move moving: runs of lost workers, commands that nobody relayed or claimed, old history. */
@NullMarked
package dev.connections.api.sweep;

import org.jspecify.annotations.NullMarked;
