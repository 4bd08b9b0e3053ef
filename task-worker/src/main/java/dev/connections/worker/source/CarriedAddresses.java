package dev.connections.worker.source;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 addresses inside of IPv6 addresses, which a gateway of the network turns back. An IPv4-mapped address needs no care:
 * Java makes an Inet4Address of it.
 */
final class CarriedAddresses {
    private static final AddressRange COMPATIBLE = AddressRange.of("::/96");
    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");
    /** The well-known prefix of NAT64, and that for use within a network (RFC 6052, RFC 8215). */
    private static final List<AddressRange> KNOWN =
            List.of(AddressRange.of("64:ff9b::/96"), AddressRange.of("64:ff9b:1::/96"));

    /** The lengths of NAT64 prefixes (RFC 6052). */
    private static final Set<Integer> LENGTHS = Set.of(32, 40, 48, 56, 64, 96);
    /** Bits 64 to 71 belong neither to the prefix nor to the address inside. */
    private static final int UNUSED = 8;

    private final List<AddressRange> nat64;

    /**
     * Takes the NAT64 prefixes of the worker's network.
     *
     * @throws IllegalArgumentException where one is no IPv6 prefix of a length that NAT64 has
     */
    CarriedAddresses(List<String> prefixes) {
        this.nat64 = prefixes.stream().map(AddressRange::of).toList();
        for (AddressRange prefix : nat64) {
            if (!(prefix.prefix() instanceof Inet6Address) || !LENGTHS.contains(prefix.bits())) {
                throw new IllegalArgumentException(
                        "connections.worker.network.nat64-prefixes are IPv6 prefixes of 32, 40,"
                                + " 48, 56, 64 or 96 bits, such as 64:ff9b::/96");
            }
        }
    }

    /** The IPv4 address that an address carries; null where it carries none. */
    @Nullable
    InetAddress by(InetAddress address) {
        // ::1 is in the range of those that are compatible with IPv4.
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress()) {
            return null;
        }
        byte[] bytes = address.getAddress();
        if (COMPATIBLE.contains(address)) {
            return ipv4(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return ipv4(Arrays.copyOfRange(bytes, 2, 6));
        }
        for (List<AddressRange> prefixes : List.of(nat64, KNOWN)) {
            for (AddressRange prefix : prefixes) {
                if (prefix.contains(address)) {
                    return ipv4(after(prefix.bits() / 8, bytes));
                }
            }
        }
        return null;
    }

    private static byte[] after(int from, byte[] bytes) {
        byte[] inside = new byte[4];
        int at = from;
        for (int i = 0; i < inside.length; i++) {
            at += at == UNUSED ? 1 : 0;
            inside[i] = bytes[at++];
        }
        return inside;
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return Inet4Address.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
