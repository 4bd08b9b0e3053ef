/** The CRAWL task: what of a source is read, by filters, activation and where it starts, and how it reaches the catalog. */
@NullMarked
package dev.connections.worker.crawl;

import org.jspecify.annotations.NullMarked;
