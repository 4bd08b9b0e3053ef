package dev.connections.standalone;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** What a process of the platform must be told to join: as arguments within this process, as variables for another. */
record JoinSettings(SequencedMap<String, String> properties) {
    JoinSettings {
        properties = new LinkedHashMap<>(properties);
    }

    /** As command-line arguments, which win over whatever the environment of this process holds. */
    String[] arguments(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        all.putAll(more);
        return all.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
    }

    /** As KEY=value lines for a POSIX shell, which reads back exactly these values. */
    String shellVariables() {
        return properties.entrySet().stream()
                .map(property -> variable(property.getKey()) + "=" + Shell.quote(property.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static String variable(String property) {
        return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
