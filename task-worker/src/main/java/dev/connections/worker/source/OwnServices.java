package dev.connections.worker.source;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The databases and brokers of this installation: no connection of a user may lead there. */
final class OwnServices {
    private static final int KAFKA_PORT = 9092;

    private final List<InetSocketAddress> services;
    private final Supplier<Set<InetSocketAddress>> found;

    private OwnServices(Collection<InetSocketAddress> services, Supplier<Set<InetSocketAddress>> found) {
        this.services = List.copyOf(services);
        this.found = found;
    }

    /**
     * Takes the configured services, and those that are found at run time. Names stay unresolved here and are looked up for
     * each check, for they may move.
     */
    static OwnServices of(Environment environment, Supplier<Set<InetSocketAddress>> found) {
        List<InetSocketAddress> services = new ArrayList<>();
        String url = environment.getProperty("spring.datasource.url");
        if (url != null) {
            services.addAll(database(url));
        }
        Binder.get(environment)
                .bind("spring.kafka.bootstrap-servers", Bindable.listOf(String.class))
                .ifBound(brokers -> brokers.forEach(broker -> services.add(hostAndPort(broker))));
        return new OwnServices(services, found);
    }

    boolean include(InetAddress address, int port) {
        return Stream.concat(services.stream(), found.get().stream())
                .filter(service -> service.getPort() == port)
                .flatMap(service -> addresses(service.getHostString()))
                .anyMatch(own -> own.equals(address) || (ofThisMachine(own) && ofThisMachine(address)));
    }

    private static List<InetSocketAddress> database(String url) {
        Properties parsed = Driver.parseURL(url, null);
        if (parsed == null) {
            return List.of();
        }
        List<String> hosts = listed(parsed, PGProperty.PG_HOST);
        List<String> ports = listed(parsed, PGProperty.PG_PORT);
        return IntStream.range(0, hosts.size())
                .mapToObj(i -> InetSocketAddress.createUnresolved(hosts.get(i), Integer.parseInt(ports.get(i))))
                .toList();
    }

    private static List<String> listed(Properties parsed, PGProperty property) {
        return Pattern.compile(",")
                .splitAsStream(parsed.getProperty(property.getName(), ""))
                .toList();
    }

    private static InetSocketAddress hostAndPort(String broker) {
        String authority = broker.substring(broker.indexOf("://") < 0 ? 0 : broker.indexOf("://") + 3);
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']') && colon > 0;
        return InetSocketAddress.createUnresolved(
                hasPort ? authority.substring(0, colon).strip() : authority.strip(),
                hasPort ? Integer.parseInt(authority.substring(colon + 1).strip()) : KAFKA_PORT);
    }

    private static Stream<InetAddress> addresses(String host) {
        try {
            return Stream.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            // A service without an address cannot be reached by it either.
            return Stream.empty();
        }
    }

    private static boolean ofThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
