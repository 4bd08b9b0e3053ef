package dev.connections.worker.catalog;

import java.util.List;

/** What a crawl did to the catalog; the shape of CrawlResult in the contract. */
public record CrawlResult(Objects objects, List<String> warnings) {
    public CrawlResult {
        warnings = List.copyOf(warnings);
    }

    /** The numbers of objects: found, and what became of them and of those not found. */
    public record Objects(long seen, long created, long updated, long unchanged, long missing, long purged) {}
}
