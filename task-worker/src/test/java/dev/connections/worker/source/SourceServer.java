package dev.connections.worker.source;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A running server of one technology, or a stub of one, in which the contract test makes objects. A path is the names from
 * a database down. Tests run one after the other, each in databases of its own.
 */
public interface SourceServer {
    Technology technology();

    /** Whether it is a server of the technology, and no stand-in for one. */
    default boolean isReal() {
        return true;
    }

    /** The network of a worker that reaches it, or what is at another port of the loopback address. */
    default NetworkProperties network(boolean allowPrivate, Duration connectTimeout, int port) {
        return new NetworkProperties(allowPrivate, connectTimeout);
    }

    /** What a worker knows of the technology. */
    Source source(SourceDialer dialer);

    /** The levels above tables and views: DATABASE and SCHEMA, or only DATABASE. */
    List<NormalizedType> levels();

    /** The port on the loopback address. */
    int port();

    /**
     * Connections to the database of a server at the loopback address, as users configure them, with a login that works: one
     * for each way in which the technology begins to talk, such as with TLS and without. Those that this server takes come
     * first.
     */
    List<ObjectNode> configurations(int port, String database);

    /** Makes a connection of one whose login works that the server refuses, for this is not the secret. */
    void setSecret(ObjectNode configuration, String secret);

    /** Whether a server of the technology says something before its client does. */
    boolean greets();

    /** What may begin an answer of the server, before a client knows how long it will be; Latin-1. */
    String beginningOfAnswer();

    /** First bytes of answers that no server of the technology gives; Latin-1. */
    List<String> garbage();

    void createDatabase(String name);

    void dropDatabase(String name);

    /** Creates a schema, where there are such. */
    void createSchema(List<String> path);

    void dropSchema(List<String> path);

    /** Creates a table whose columns are integers. */
    void createTable(List<String> path, List<String> columns);

    /** Creates a view of all that is in a table beside it. */
    void createView(List<String> path, String table);

    void renameTable(List<String> path, String name);

    void dropTable(List<String> path);

    void dropView(List<String> path);

    /** Whether a table has an id that a change of its name leaves as it is. */
    boolean keepsIds();

    /** Names that a table and its column may have: the longest, and those with what is hard to quote. */
    List<String> oddNames();

    /** Holds what a crawl of the database asks for until it is closed. */
    AutoCloseable hold(String database);

    /** Whether the server works on a statement of a crawl that is held. */
    boolean isHeld(String database);
}
