package dev.connections.worker.source;

import dev.connections.catalog.NormalizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tables are directly in, at a server whose other containers belong to other tests: schemas of one database, or where
 * there are no schemas databases whose names begin alike.
 */
final class Containers implements AutoCloseable {
    private final SourceServer server;
    private final String database;
    private final boolean areSchemas;
    private final List<String> databases = new ArrayList<>();

    Containers(SourceServer server, String database) {
        this.server = server;
        this.database = database;
        this.areSchemas = server.levels().contains(NormalizedType.SCHEMA);
        if (areSchemas) {
            createDatabase(database);
        }
    }

    /** Creates an empty one and returns its path. */
    List<String> create(String name) {
        if (areSchemas) {
            server.createSchema(List.of(database, name));
            return List.of(database, name);
        }
        return List.of(createDatabase(database + "_" + name));
    }

    void drop(List<String> container) {
        if (areSchemas) {
            server.dropSchema(container);
        } else {
            server.dropDatabase(container.getFirst());
            databases.remove(container.getFirst());
        }
    }

    static List<String> below(List<String> container, String name) {
        return Stream.concat(container.stream(), Stream.of(name)).toList();
    }

    private String createDatabase(String name) {
        server.createDatabase(name);
        databases.add(name);
        return name;
    }

    @Override
    public void close() {
        databases.forEach(server::dropDatabase);
    }
}
