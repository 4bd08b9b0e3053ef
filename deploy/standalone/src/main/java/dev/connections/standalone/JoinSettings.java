package dev.connections.standalone;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** The settings with which a process joins this service: arguments within this process, variables for another one. */
record JoinSettings(SequencedMap<String, String> properties) {
    JoinSettings {
        properties = new LinkedHashMap<>(properties);
    }

    /** As command-line arguments, which override the environment of this process. */
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
