package dev.connections.faults;

import dev.connections.embedded.KafkaBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A broker as a process of its own, so that it can be killed. */
public final class KafkaMain {
    private KafkaMain() {}

    /** Takes the folder, the port, and pairs OWN:PROXY of further ports and the proxies before them. */
    public static void main(String[] args) {
        Map<Integer, Integer> proxied = new TreeMap<>();
        for (int i = 2; i < args.length; i++) {
            int colon = args[i].indexOf(':');
            proxied.put(Integer.valueOf(args[i].substring(0, colon)), Integer.valueOf(args[i].substring(colon + 1)));
        }
        // The controller would take a killed broker for alive, and refuse the next one, for 9 s.
        Map<String, String> settings =
                Map.of("broker.session.timeout.ms", "2000", "broker.heartbeat.interval.ms", "500");
        KafkaBroker broker = KafkaBroker.start(Path.of(args[0]), Integer.parseInt(args[1]), proxied, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    }
}
