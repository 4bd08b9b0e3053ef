package dev.connections.benchmark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** The numbers that a benchmark takes, each as {@code --name number}. */
record Options(Map<String, Integer> values) {
    Options {
        values = Map.copyOf(values);
    }

    /** Takes the defaults, and what the arguments after the first say instead. */
    static Options of(SequencedMap<String, Integer> defaults, String[] args) {
        Map<String, Integer> values = new LinkedHashMap<>(defaults);
        for (int i = 1; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!defaults.containsKey(name)) {
                throw new UsageException("unknown option " + args[i]);
            }
            values.put(name, number(name, i + 1 < args.length ? args[i + 1] : "", defaults.get(name) == 0));
        }
        return new Options(values);
    }

    static String usage(SequencedMap<String, Integer> defaults) {
        return defaults.entrySet().stream()
                .map(option -> "[--" + option.getKey() + " " + option.getValue() + "]")
                .collect(Collectors.joining(" "));
    }

    int get(String name) {
        Integer value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no option " + name);
        }
        return value;
    }

    private static int number(String name, String text, boolean mayBeNone) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0 || (mayBeNone && number == 0)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new UsageException(
                "--" + name + " needs a number " + (mayBeNone ? "from" : "above") + " 0, not '" + text + "'");
    }
}
