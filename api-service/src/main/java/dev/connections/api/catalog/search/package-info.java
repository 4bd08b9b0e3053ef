/** The search over all data objects: its plans, its indexes and its orders. */
@NullMarked
package dev.connections.api.catalog.search;

import org.jspecify.annotations.NullMarked;
