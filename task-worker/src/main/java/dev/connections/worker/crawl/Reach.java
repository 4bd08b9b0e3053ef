package dev.connections.worker.crawl;

/** How much of the inside of a database or schema a crawl looks at. */
enum Reach {
    /** Everything that the filters cover. */
    ALL,
    /** Single objects only: the way to where the crawl starts, or what is ACTIVE inside an INACTIVE object. */
    SOME,
    /** Nothing: the object is INACTIVE. */
    NONE
}
