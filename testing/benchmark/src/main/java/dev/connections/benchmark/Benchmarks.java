package dev.connections.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.connections.api.catalog.search.SearchBenchmark;
import org.slf4j.LoggerFactory;

/** The benchmarks: {@code tasks}, {@code crawl}, {@code crawl-mysql} and {@code search}; the processes that they start are the same program. */
public final class Benchmarks {
    private static final int SEARCHES = 120;

    private Benchmarks() {}

    public static void main(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        if (!command.equals(Part.COMMAND)) {
            // The parts have logs of their own; here only figures are printed.
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        }
        try {
            switch (command) {
                case "tasks" -> new TaskBenchmark(Options.of(TaskBenchmark.DEFAULTS, args)).run();
                case "crawl" -> new CrawlBenchmark(Options.of(GeneratedPostgres.DEFAULTS, args)).ofPostgres();
                case "crawl-mysql" -> new CrawlBenchmark(Options.of(GeneratedMysql.DEFAULTS, args)).ofMysql();
                case "search" -> search(args);
                case Part.COMMAND -> Role.valueOf(args[1]).play();
                default -> throw new UsageException("unknown benchmark '" + command + "'");
            }
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.println("usage: testing/benchmark/run tasks " + Options.usage(TaskBenchmark.DEFAULTS));
            System.err.println("       testing/benchmark/run crawl " + Options.usage(GeneratedPostgres.DEFAULTS));
            System.err.println("       testing/benchmark/run crawl-mysql " + Options.usage(GeneratedMysql.DEFAULTS));
            System.err.println("       testing/benchmark/run search JDBC-URL [SEARCHES-OF-EACH-KIND [PART-OF-A-KIND]]");
            System.exit(2);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static void search(String[] args) {
        if (args.length < 2 || args.length > 4) {
            throw new UsageException(
                    "search needs the JDBC URL of a database that is empty or was filled by an earlier run");
        }
        try {
            int searches = args.length > 2 ? Integer.parseInt(args[2]) : SEARCHES;
            SearchBenchmark.run(args[1], searches, args.length > 3 ? args[3] : "");
        } catch (NumberFormatException e) {
            throw new UsageException("the number of searches is not a number: '" + args[2] + "'");
        }
    }
}
