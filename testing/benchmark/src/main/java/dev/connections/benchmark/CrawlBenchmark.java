package dev.connections.benchmark;

import static dev.connections.benchmark.TaskBenchmark.number;

import dev.connections.embedded.Mariadb;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The crawl of a generated source, beside its rows read by plain queries and written by COPY. */
final class CrawlBenchmark {
    private final Options options;
    private final PrintStream out = System.out;

    CrawlBenchmark(Options options) {
        this.options = options;
    }

    /** Crawls a PostgreSQL of its own. */
    void ofPostgres() throws Exception {
        try (MeasuredService service = startService()) {
            int port = Integer.parseInt(service.start(Role.POSTGRES, Map.of(), List.of()));
            measure(service, GeneratedPostgres.on(MeasuredService.source(port, "postgres"), port));
        }
    }

    /** Crawls a MariaDB of its own, or the server that listens on the port. */
    void ofMysql() throws Exception {
        try (MeasuredService service = startService()) {
            if (options.get("port") > 0) {
                measure(service, new GeneratedMysql(options.get("port")));
                return;
            }
            try (Mariadb server = Mariadb.startTemporary()) {
                measure(service, new GeneratedMysql(server.port()));
            }
        }
    }

    private MeasuredService startService() throws Exception {
        out.println("starting PostgreSQL, Kafka, a worker and the source ...");
        MeasuredService service = new MeasuredService();
        try {
            service.startServers();
            service.start(
                    Role.WORKER,
                    Map.of("CONNECTIONS_WORKER_NETWORK_ALLOWPRIVATE", "true"),
                    List.of("-Xmx" + options.get("heap-mb") + "m"));
            return service;
        } catch (Exception e) {
            service.close();
            throw e;
        }
    }

    private void measure(MeasuredService service, GeneratedSource source) throws Exception {
        out.println("generating what is to be crawled ...");
        source.fill(options);
        out.println("measuring ...");
        Crawls crawls = new Crawls(service.database(), "bench-source");
        crawls.connectTo(source, service.sealer());
        List<Crawls.Crawl> all = new ArrayList<>(List.of(crawls.run(), crawls.run(), crawls.run()));
        Part worker = service.part(Role.WORKER);

        PlainCopy plain = new PlainCopy(source, service.source("connections"), service.file("rows"));
        plain.keepRows();
        Crawls others = new Crawls(service.database(), "bench-other");
        others.connectTo(source, service.sealer());
        all.add(others.run());
        double cold = Double.parseDouble(
                service.start(Role.PLAIN_COPY, plain.environment(service.postgresPort()), List.of()));
        plain.readAndWrite();
        Plain warm = new Plain(plain.read(), plain.write(true), plain.write(false), cold);

        print(source, all, warm);
        printMemory(HeapLog.read(worker.folder().resolve("gc.log")), Usage.ofOnly(worker.pid()));
    }

    /**
     * Seconds of plain reads and of COPY without anything around them.
     *
     * @param read by plain queries, the second time in this process
     * @param copy into the same table with its indexes, the second time in this process
     * @param copyWithoutIndexes into the same table without any
     * @param cold read and copy in a process that has just started
     */
    private record Plain(double read, double copy, double copyWithoutIndexes, double cold) {
        double both() {
            return read + copy;
        }
    }

    private void print(GeneratedSource source, List<Crawls.Crawl> crawls, Plain plain) {
        int columns = source.columns(options);
        Table table = new Table(
                "Crawl of " + source.size(options) + " x " + options.get("columns") + " columns (" + columns
                        + " columns in all)",
                "",
                "seconds",
                "objects/s",
                "columns/s",
                "rows written",
                "x plain",
                "aim");
        String[] names = {
            "first crawl, of a worker that has just started",
            "second crawl, nothing changed",
            "third crawl, nothing changed",
            "first crawl of another connection"
        };
        for (int i = 0; i < names.length; i++) {
            Crawls.Crawl it = crawls.get(i);
            table.row(
                    names[i],
                    number("%.2f", it.seconds()),
                    number("%.0f", it.objects() / it.seconds()),
                    number("%.0f", columns / it.seconds()),
                    Long.toString(it.written()),
                    number("%.1f", it.seconds() / (i == 0 ? plain.cold() : plain.both())),
                    "2.0");
        }
        double first = crawls.getFirst().seconds();
        long rows = crawls.getFirst().written();
        row(table, "plain read and COPY, of a process that has just started", plain.cold(), rows, "1.0");
        row(table, "plain read and COPY, the second time in a process", plain.both(), rows, "1.0");
        row(table, "  read by plain queries", plain.read(), 0, "");
        row(table, "  COPY into the same table with its indexes", plain.copy(), rows, "");
        row(table, "  (COPY into the same table without any)", plain.copyWithoutIndexes(), rows, "");
        table.print(out);
        out.println("  A crawl counts from its claim until a query sees it ended. It also writes an event per change.");
        out.println("  The first is compared with a process that has just started, too; it takes "
                + number("%.1f", first / plain.both()) + "x of the second time.");
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
