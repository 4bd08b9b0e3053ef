package dev.connections.worker.source;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A block of IP addresses in CIDR notation. */
record AddressRange(InetAddress prefix, int bits) {
    static AddressRange of(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            // A literal: no name is looked up.
            return new AddressRange(
                    InetAddress.getByName(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address range: " + cidr, e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] mine = prefix.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((mine[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
