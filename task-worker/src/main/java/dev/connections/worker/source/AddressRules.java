package dev.connections.worker.source;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of addresses that a connection may never reach, or only where configuration allows private networks. */
enum AddressRules {
    /** Reachable. */
    PUBLIC(),
    /** Loopback, private networks, carrier-grade NAT: reachable where configuration allows it. */
    PRIVATE(
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "::1/128",
            "fc00::/7",
            "fec0::/10",
            "64:ff9b:1::/48"),
    /** Link-local, multicast, unspecified, reserved, tunnels that hide an address, cloud metadata: never reachable. */
    FORBIDDEN(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Metadata services outside link-local: Alibaba, Oracle, Azure; AWS, Google and Scaleway over IPv6.
            "100.100.100.200/32",
            "192.0.0.192/32",
            "168.63.129.16/32",
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "fd00:42::42/128",
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "2001::/32");

    private static final AddressRange COMPATIBLE = AddressRange.of("::/96");
    private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");

    private final List<AddressRange> ranges;

    AddressRules(String... ranges) {
        this.ranges = Stream.of(ranges).map(AddressRange::of).toList();
    }

    /** Finds the strictest kind of the address and of the IPv4 address that it may carry. */
    static AddressRules of(InetAddress address) {
        if (FORBIDDEN.covers(address)) {
            return FORBIDDEN;
        }
        if (PRIVATE.covers(address)) {
            return PRIVATE;
        }
        InetAddress carried = address instanceof Inet6Address six ? carriedBy(six) : null;
        return carried == null ? PUBLIC : of(carried);
    }

    private boolean covers(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** IPv4-mapped addresses need no care: Java makes an Inet4Address of them. */
    private static @Nullable InetAddress carriedBy(Inet6Address address) {
        byte[] bytes = address.getAddress();
        if (COMPATIBLE.contains(address) || NAT64.contains(address)) {
            return ipv4(bytes, 12);
        }
        return SIX_TO_FOUR.contains(address) ? ipv4(bytes, 2) : null;
    }

    private static InetAddress ipv4(byte[] bytes, int from) {
        try {
            return Inet4Address.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
