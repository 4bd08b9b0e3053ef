/** Reads the metadata of data platforms, a few queries per database, and hands it to the catalog. */
@NullMarked
package dev.connections.worker.crawl;

import org.jspecify.annotations.NullMarked;
