package dev.connections.worker.source;

import dev.connections.embedded.Postgres;

/**
 * A PostgreSQL that holds what stand-ins for other servers are asked for, so that the crawlers' own statements run on tables
 * of the documented shape. The tests of a process share it; it ends with the process.
 */
public final class StandInDatabase {
    private StandInDatabase() {}

    public static Postgres shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final Postgres SERVER = start();
    }

    private static Postgres start() {
        Postgres started = Postgres.startTemporary();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        return started;
    }
}
