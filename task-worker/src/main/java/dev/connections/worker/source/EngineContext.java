package dev.connections.worker.source;

import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** TLS that makes the same engines whatever server it is asked to make one for, and nothing else. */
final class EngineContext extends SSLContextSpi {
    private final SSLContext context;
    private final Supplier<SSLEngine> engines;

    private EngineContext(SSLContext context, Supplier<SSLEngine> engines) {
        this.context = context;
        this.engines = engines;
    }

    /**
     * A context for a driver.
     *
     * @param context which makes the engines, and whose sessions they share
     */
    static SSLContext of(SSLContext context, Supplier<SSLEngine> engines) {
        return new SSLContext(new EngineContext(context, engines), context.getProvider(), context.getProtocol()) {};
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return engines.get();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return engines.get();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return context.getClientSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return context.getServerSessionContext();
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
        throw onlyEngines();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        throw onlyEngines();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw onlyEngines();
    }

    private static UnsupportedOperationException onlyEngines() {
        return new UnsupportedOperationException("the context of a source makes engines only");
    }
}
