/** The catalog over REST: data objects and their settings. */
@NullMarked
package dev.connections.api.catalog;

import org.jspecify.annotations.NullMarked;
