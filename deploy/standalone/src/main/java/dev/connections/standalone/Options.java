package dev.connections.standalone;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The options of the command line.
 *
 * @param port the API's TCP port; 0 for a free one
 * @param data the folder that keeps everything
 * @param workers how many workers to run in this process
 * @param demos the demo sources to run
 */
record Options(int port, Path data, int workers, Set<Demo> demos) {
    static final String USAGE = """
            usage: deploy/standalone/start [--port N] [--data DIR] [--workers N] [--no-demo] [--with mariadb]
              --port N     port of the API on 127.0.0.1; 0 chooses a free one (default 8080)
              --data DIR   folder that keeps all data (default .data/standalone in the repository)
              --workers N  workers in this process, 0 to 64 (default 1)
              --no-demo    do not start or register the demo warehouse
              --with mariadb  adds a demo web shop in the MariaDB that this machine has installed
            """;

    Options {
        demos = Set.copyOf(demos);
    }

    /** Parses the command line; the default folder applies if it names none. */
    static Options parse(List<String> arguments, Path defaultData) {
        Options options = new Options(8080, defaultData, 1, Set.of(Demo.WAREHOUSE));
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            options = switch (name) {
                case "--port" -> options.withPort(number(name, value(argument, rest), 65535));
                case "--data" -> options.withData(folder(value(argument, rest)));
                case "--workers" -> options.withWorkers(number(name, value(argument, rest), 64));
                case "--no-demo" -> options.withoutDemo(argument);
                case "--with" -> options.with(value(argument, rest));
                default -> throw new UsageException("unknown option " + argument);
            };
        }
        return options;
    }

    private Options withPort(int chosen) {
        return new Options(chosen, data, workers, demos);
    }

    private Options withData(Path chosen) {
        return new Options(port, chosen, workers, demos);
    }

    private Options withWorkers(int chosen) {
        return new Options(port, data, chosen, demos);
    }

    private Options withoutDemo(String argument) {
        if (argument.contains("=")) {
            throw new UsageException("--no-demo takes no value");
        }
        Set<Demo> others = new HashSet<>(demos);
        others.remove(Demo.WAREHOUSE);
        return new Options(port, data, workers, others);
    }

    private Options with(String source) {
        if (!source.equals("mariadb")) {
            throw new UsageException("--with takes mariadb, not '" + source + "'");
        }
        Set<Demo> all = new HashSet<>(demos);
        all.add(Demo.SHOP);
        return new Options(port, data, workers, all);
    }

    private static String value(String argument, Iterator<String> rest) {
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            return argument.substring(equals + 1);
        }
        if (!rest.hasNext()) {
            throw new UsageException(argument + " needs a value");
        }
        return rest.next();
    }

    private static int number(String name, String value, int max) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > max) {
            throw new UsageException(name + " takes a number from 0 to " + max + ", not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private static Path folder(String value) {
        if (value.isEmpty()) {
            throw new UsageException("--data needs the name of a folder");
        }
        return Path.of(value);
    }
}
