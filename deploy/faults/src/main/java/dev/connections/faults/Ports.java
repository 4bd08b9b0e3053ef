package dev.connections.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that stay free while their owner is down: below those that the kernel gives to outgoing connections. */
final class Ports {
    private static final int FROM = 15_000;
    private static final int TO = 32_000;

    private Ports() {}

    static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody listens there; another one will do.
            }
        }
    }
}
