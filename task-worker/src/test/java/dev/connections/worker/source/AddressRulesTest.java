package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final CarriedAddresses CARRIED = new CarriedAddresses(List.of(
            "3fff:32::/32", "2001:db8:48::/48", "2001:db8:56:5600::/56", "2001:db8:64:64::/64", "2001:db8:96::/96"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.170.2",
                "169.254.1.1",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "239.255.255.250",
                "255.255.255.255",
                "240.0.0.1",
                "100.100.100.200",
                "192.0.0.192",
                "168.63.129.16",
                "::",
                "fe80::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fd00:42::42",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "64:ff9b:1::169.254.169.254",
                "3fff:32:a9fe:a9fe::",
                "2001:db8:48:a9fe:a9:fe00::",
                "2001:db8:56:56a9:fe:a9fe::",
                "2001:db8:64:64:a9:fea9:fe00:0",
                "2001:db8:96::a9fe:a9fe",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2852039166"
            })
    void neverReachesLinkLocalReservedAndMetadataAddresses(String address) throws UnknownHostException {
        assertThat(AddressRules.of(InetAddress.getByName(address), CARRIED)).isEqualTo(AddressRules.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "198.18.0.1",
                "::1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
                "::127.0.0.1",
                "::10.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::10.0.0.1",
                "64:ff9b:1:5::1",
                "2002:7f00:1::1",
                "2001:db8:96::10.0.0.1",
                "2002:c0a8:101::",
                "2130706433",
                "127.1"
            })
    void reachesLoopbackAndPrivateAddressesOnlyWhereAllowed(String address) throws UnknownHostException {
        assertThat(AddressRules.of(InetAddress.getByName(address), CARRIED)).isEqualTo(AddressRules.PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.15.255.255",
                "172.32.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "169.253.1.1",
                "192.169.0.1",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
                "2001:db8:96::8.8.8.8",
                "2001:db8:97::a9fe:a9fe",
                "::ffff:8.8.8.8"
            })
    void reachesPublicAddresses(String address) throws UnknownHostException {
        assertThat(AddressRules.of(InetAddress.getByName(address), CARRIED)).isEqualTo(AddressRules.PUBLIC);
    }
}
