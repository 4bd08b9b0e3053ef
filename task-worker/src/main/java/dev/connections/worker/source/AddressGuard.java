package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Decides which addresses the connections of users may reach. */
final class AddressGuard {
    private final boolean allowPrivate;
    private final CarriedAddresses carried;
    private final OwnServices ownServices;

    AddressGuard(boolean allowPrivate, CarriedAddresses carried, OwnServices ownServices) {
        this.allowPrivate = allowPrivate;
        this.carried = carried;
        this.ownServices = ownServices;
    }

    /**
     * Resolves the address where that is still to be done, and checks it.
     *
     * @return the address to dial: what was checked, with no second lookup in between
     * @throws IOException where the name does not resolve; caused by RunFailedException where the address is refused
     */
    InetSocketAddress permitted(SocketAddress target) throws IOException {
        if (!(target instanceof InetSocketAddress wanted)) {
            throw refused("a source is reached over TCP only");
        }
        InetAddress address =
                wanted.getAddress() == null ? InetAddress.getByName(wanted.getHostString()) : wanted.getAddress();
        switch (AddressRules.of(address, carried)) {
            case PUBLIC -> {}
            case PRIVATE -> {
                if (!allowPrivate) {
                    throw refused("its address is in a private network, which this installation does not allow"
                            + " (connections.worker.network.allow-private)");
                }
            }
            case FORBIDDEN -> throw refused("its address is link-local, reserved or a cloud's metadata service");
        }
        InetAddress inside = carried.by(address);
        if (ownServices.include(address, wanted.getPort())
                || (inside != null && ownServices.include(inside, wanted.getPort()))) {
            throw refused("its address and port belong to this service itself");
        }
        return new InetSocketAddress(address, wanted.getPort());
    }

    /** The driver hands an IOException on as the cause of its own exception, and anything else as a defect. */
    private static IOException refused(String why) {
        return new IOException(
                "refused",
                new RunFailedException(
                        ErrorCode.HOST_NOT_ALLOWED, "connections may not reach this host: " + why, null));
    }
}
