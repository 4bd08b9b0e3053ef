package dev.connections.standalone;

/** A server with made-up data, and how this service connects to it. */
interface DemoSource extends AutoCloseable {
    /** The key of its connection. */
    String key();

    /** What it is, in a sentence. */
    String title();

    /** As in the REST contract. */
    String technology();

    int port();

    String database();

    String user();

    String password();

    /** With user and password, for endpoints.json. */
    String jdbcUrl();

    @Override
    void close();
}
