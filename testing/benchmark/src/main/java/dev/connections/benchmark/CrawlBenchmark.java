package dev.connections.benchmark;

import static dev.connections.benchmark.TaskBenchmark.number;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The crawl of a generated PostgreSQL, beside its rows read by plain queries and written by COPY. */
final class CrawlBenchmark {
    static final SequencedMap<String, Integer> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("schemas", 50);
        DEFAULTS.put("tables", 100);
        DEFAULTS.put("columns", 15);
        DEFAULTS.put("heap-mb", 256);
    }

    private final Options options;
    private final PrintStream out = System.out;

    CrawlBenchmark(Options options) {
        this.options = options;
    }

    void run() throws Exception {
        out.println("starting two PostgreSQL servers, Kafka and a worker ...");
        try (MeasuredService service = new MeasuredService()) {
            service.startServers();
            int port = Integer.parseInt(service.start(Role.POSTGRES, Map.of(), List.of()));
            service.start(
                    Role.WORKER,
                    Map.of("CONNECTIONS_WORKER_NETWORK_ALLOWPRIVATE", "true"),
                    List.of("-Xmx" + options.get("heap-mb") + "m"));
            GeneratedSource source = GeneratedSource.on(MeasuredService.source(port, "postgres"), port);
            out.println("generating what is to be crawled ...");
            GeneratedSource.fill(
                    MeasuredService.source(port, GeneratedSource.DATABASE),
                    options.get("schemas"),
                    options.get("tables"),
                    options.get("columns"));
            measure(service, source);
        }
    }

    private void measure(MeasuredService service, GeneratedSource source) throws Exception {
        out.println("measuring ...");
        Crawls crawls = new Crawls(service.database());
        crawls.connectTo(source, service.sealer());
        Crawls.Crawl first = crawls.run();
        Crawls.Crawl second = crawls.run();
        Crawls.Crawl third = crawls.run();
        Part worker = service.part(Role.WORKER);

        PlainCopy plain = new PlainCopy(
                MeasuredService.source(source.port(), GeneratedSource.DATABASE),
                service.source("connections"),
                service.file("rows"));
        plain.keepRows();
        double coldRead = plain.read();
        double warmRead = plain.read();

        double copy = plain.write(true);
        double copyPlain = plain.write(false);

        print(List.of(first, second, third), warmRead, copy, copyPlain);
        out.println("  The first plain read took " + number("%.2f", coldRead) + " s; the table has the second.");
        printMemory(HeapLog.read(worker.folder().resolve("gc.log")), Usage.ofOnly(worker.pid()));
    }

    private void print(List<Crawls.Crawl> crawls, double read, double copy, double copyPlain) {
        long columns = (long) options.get("schemas") * options.get("tables") * options.get("columns");
        Table table = new Table(
                "Crawl of " + options.get("schemas") + " schemas x " + options.get("tables") + " tables x "
                        + options.get("columns") + " columns (" + columns + " columns in all)",
                "",
                "seconds",
                "objects/s",
                "columns/s",
                "rows written",
                "x plain",
                "aim");
        double plain = read + copy;
        String[] names = {"first crawl", "second crawl, nothing changed", "third crawl, nothing changed"};
        for (int i = 0; i < names.length; i++) {
            Crawls.Crawl it = crawls.get(i);
            table.row(
                    names[i],
                    number("%.2f", it.seconds()),
                    number("%.0f", it.objects() / it.seconds()),
                    number("%.0f", columns / it.seconds()),
                    Long.toString(it.written()),
                    number("%.1f", it.seconds() / plain),
                    "2.0");
        }
        long rows = crawls.getFirst().written();
        row(table, "plain read and COPY", plain, rows, "1.0");
        row(table, "  read by plain queries", read, 0, "");
        row(table, "  COPY into the same table with its indexes", copy, rows, "");
        row(table, "  (COPY into the same table without any)", copyPlain, rows, "");
        table.print(out);
        out.println("  A crawl counts from its claim until a query sees it ended. It also writes an event per change.");
    }

    private static void row(Table table, String name, double seconds, long rows, String ratio) {
        table.row(name, number("%.2f", seconds), "", "", Long.toString(rows), ratio, "");
    }

    private void printMemory(HeapLog heap, Usage usage) {
        Table table = new Table("Memory of the worker in MB", "", "MB");
        table.row("heap allowed", Integer.toString(options.get("heap-mb")));
        table.row("most in use before a collection", Long.toString(heap.mostUsedMb()));
        table.row("most left after a collection", Long.toString(heap.mostLiveMb()));
        if (Usage.isKnown()) {
            table.row("most resident", Long.toString(usage.peakMb()));
        }
        table.print(out);
    }
}
