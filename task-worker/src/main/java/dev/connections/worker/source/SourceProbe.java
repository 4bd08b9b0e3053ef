package dev.connections.worker.source;

/**
 * The checks of one validation. They are made in the order in which they stand here, each goes on with what the one
 * before has opened, and one that fails throws.
 */
public interface SourceProbe extends AutoCloseable {
    /** Reaches the source's address and port. */
    Finding checkNetwork() throws Exception;

    /** Agrees on TLS as the connection asks for it. */
    Finding checkTls() throws Exception;

    /** Logs in. */
    Finding checkAuthentication() throws Exception;

    /** Looks at what the account may see of what the connection is to crawl. */
    Finding checkPrivileges() throws Exception;

    @Override
    void close();
}
