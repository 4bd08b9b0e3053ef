package dev.connections.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Finds TCP ports that nothing listens on. */
public final class FreePort {
    // Below what kernels hand out for port 0 and for outgoing connections: from 32,768 on Linux, 49,152 elsewhere.
    private static final int FROM = 15_000;
    private static final int TO = 32_000;
    private static final int ATTEMPTS = 1_000;

    private static final Set<Integer> spokenFor = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** Whether a server could listen on that port of the loopback address; on 0 it always can. */
    public static boolean is(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Like {@link #is}, for a port that a server of this process is to have: from now on it is not found. */
    public static boolean keep(int port) {
        spokenFor.add(port);
        return is(port);
    }

    /**
     * Returns a port that is free on the loopback address and is likely to stay so until its server starts, or while it
     * is down: no outgoing connection is given it, and this process finds each port once.
     */
    public static int find() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (is(port) && spokenFor.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port on the loopback address from " + FROM + " to " + TO);
    }
}
