/**
 * Writes what a crawl found into the catalog: rows are staged while the source is read, and merged in one transaction.
 */
@NullMarked
package dev.connections.worker.catalog;

import org.jspecify.annotations.NullMarked;
