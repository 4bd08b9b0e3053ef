/** The search over all data objects: how it looks, by which indexes, and in which order. */
@NullMarked
package dev.connections.api.catalog.search;

import org.jspecify.annotations.NullMarked;
