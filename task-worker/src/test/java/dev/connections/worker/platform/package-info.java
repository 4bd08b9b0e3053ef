/** Platforms that behave, and platforms that do not. */
@NullMarked
package dev.connections.worker.platform;

import org.jspecify.annotations.NullMarked;
