/** The catalog over REST: data objects, their settings, and the search over all of them. */
@NullMarked
package dev.connections.api.catalog;

import org.jspecify.annotations.NullMarked;
