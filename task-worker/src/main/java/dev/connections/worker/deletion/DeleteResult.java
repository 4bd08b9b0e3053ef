package dev.connections.worker.deletion;

/** What a deletion removed; the shape of DeleteResult in the contract. */
record DeleteResult(int objectsDeleted) {}
