package dev.connections.benchmark;

/** The benchmarks: {@code tasks} and {@code crawl}; the processes that they start are the same program. */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        try {
            switch (command) {
                case "tasks" -> new TaskBenchmark(Options.of(TaskBenchmark.DEFAULTS, args)).run();
                case "crawl" -> new CrawlBenchmark(Options.of(CrawlBenchmark.DEFAULTS, args)).run();
                case Part.COMMAND -> Role.valueOf(args[1]).play();
                default -> throw new UsageException("unknown benchmark '" + command + "'");
            }
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.println("usage: testing/benchmark/run tasks " + Options.usage(TaskBenchmark.DEFAULTS));
            System.err.println("       testing/benchmark/run crawl " + Options.usage(CrawlBenchmark.DEFAULTS));
            System.exit(2);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }
}
