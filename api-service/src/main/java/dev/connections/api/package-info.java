/** The REST service: its start, and the parts of common-model that all of its features share. */
@NullMarked
package dev.connections.api;

import org.jspecify.annotations.NullMarked;
