package dev.connections.worker.source;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** The kinds of addresses, from the mildest to the strictest, that a connection may never reach, or only where configuration allows private networks. */
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

    private final List<AddressRange> ranges;

    AddressRules(String... ranges) {
        this.ranges = Stream.of(ranges).map(AddressRange::of).toList();
    }

    /** Finds the strictest kind of the address and of the IPv4 address that it may carry. */
    static AddressRules of(InetAddress address, CarriedAddresses carried) {
        AddressRules own = of(address);
        InetAddress inside = carried.by(address);
        AddressRules other = inside == null ? PUBLIC : of(inside);
        return own.compareTo(other) > 0 ? own : other;
    }

    private static AddressRules of(InetAddress address) {
        if (FORBIDDEN.covers(address)) {
            return FORBIDDEN;
        }
        return PRIVATE.covers(address) ? PRIVATE : PUBLIC;
    }

    private boolean covers(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
