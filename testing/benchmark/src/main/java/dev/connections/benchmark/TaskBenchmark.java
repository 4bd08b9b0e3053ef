package dev.connections.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** The way of a task over HTTP and Kafka to an executor that does nothing. */
final class TaskBenchmark {
    static final SequencedMap<String, Integer> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("warm-up", 60);
        DEFAULTS.put("seconds", 10);
        DEFAULTS.put("clients", 16);
        DEFAULTS.put("rate", 20);
        DEFAULTS.put("connections", 100_000);
        DEFAULTS.put("slots", 128);
        DEFAULTS.put("history", 0);
        DEFAULTS.put("waiting", 0);
        DEFAULTS.put("flood", 0);
        DEFAULTS.put("profile", 0);
    }

    private static final String FLOOR = "floor: insert, share group, update";

    private final Options options;
    private final PrintStream out = System.out;

    TaskBenchmark(Options options) {
        this.options = options;
    }

    void run() throws Exception {
        out.println("starting PostgreSQL, Kafka, the API and a worker ...");
        try (MeasuredService service = new MeasuredService()) {
            boolean isProfiled = options.get("profile") > 0;
            service.startServers(isProfiled ? Map.of(Role.PROFILE, "yes") : Map.of());
            int port = Integer.parseInt(service.start(Role.API, Map.of(), List.of()));
            service.start(Role.IDLE_WORKER, slots(), List.of());
            TaskRecords records = new TaskRecords(service.source(service.databaseName()));
            int connections = options.get("connections");
            records.createConnections(connections);
            records.createTasks(options.get("history"), options.get("waiting"));
            try (TaskApi api = new TaskApi(port, service.token(), connections)) {
                TaskCheck check = new TaskCheck(service.source(service.databaseName()));
                measure(service, records, new Load(api));
                check.check(api.answers(), out);
                if (options.get("flood") > 0) {
                    new Flood(service.source(service.databaseName()), api).run(options.get("flood"), out);
                }
            }
        }
    }

    /** Crawls are taken only where a flood of them is to be measured. */
    private Map<String, String> slots() {
        return Map.of(
                "CONNECTIONS_WORKER_SLOTS_VALIDATE",
                Integer.toString(options.get("slots")),
                "CONNECTIONS_WORKER_SLOTS_CRAWL",
                options.get("flood") > 0 ? "4" : "0");
    }

    private void measure(MeasuredService service, TaskRecords records, Load load) throws Exception {
        Duration time = Duration.ofSeconds(options.get("seconds"));
        out.println("warming up ...");
        records.awaitEnded(load.closed(options.get("clients"), Duration.ofSeconds(options.get("warm-up"))));

        out.println("measuring ...");
        Throughput one = throughput(service, records, load, 1);
        Profile profile = new Profile(service.database());
        if (options.get("profile") > 0) {
            profile.reset();
        }
        Throughput many = throughput(service, records, load, options.get("clients"));
        if (options.get("profile") > 0) {
            profile.print(many.tasks(), out);
        }
        Throughput floor = floor(service);
        printRates(floor, one, many);
        printProcesses(many, service.usage());

        Load.Paced slow = load.open(options.get("rate"), time.multipliedBy(2), 5);
        records.awaitEnded(slow.created());
        double half = many.endToEnd() / 2;
        Load.Paced fast = load.open(half, time, 50);
        records.awaitEnded(fast.created());
        printLatencies(records, Map.entry((double) options.get("rate"), slow), Map.entry(half, fast));
    }

    /** Load as fast as clients get answers, until all its tasks have ended. */
    private record Throughput(
            String name, int clients, int tasks, double endToEnd, SequencedMap<String, Double> cpuSeconds) {
        double cpuPerThousand() {
            return cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum() * 1000 / tasks;
        }
    }

    private interface Tasks {
        int run() throws Exception;
    }

    private Throughput throughput(MeasuredService service, TaskRecords records, Load load, int clients)
            throws Exception {
        return measured("POST to SUCCEEDED visible", service, clients, () -> {
            long start = System.nanoTime();
            List<TaskApi.Created> tasks = load.closed(clients, Duration.ofSeconds(options.get("seconds")));
            out.println(clients + " clients: " + number("%.0f", tasks.size() / seconds(start))
                    + " tasks accepted per second");
            records.awaitEnded(tasks);
            return tasks.size();
        });
    }

    private static Throughput measured(String name, MeasuredService service, int clients, Tasks tasks)
            throws Exception {
        SequencedMap<String, Usage> before = service.usage();
        long start = System.nanoTime();
        int done = tasks.run();
        double rate = done / seconds(start);
        SequencedMap<String, Double> cpu = new LinkedHashMap<>();
        service.usage().forEach((part, after) -> {
            Usage at = before.get(part);
            cpu.put(part, after.cpuSeconds() - (at == null ? 0 : at.cpuSeconds()));
        });
        return new Throughput(name, clients, done, rate, cpu);
    }

    private Throughput floor(MeasuredService service) throws Exception {
        int clients = options.get("clients");
        try (Floor floor = Floor.start(service.source(service.databaseName()), service.bootstrapServers())) {
            floor.run(clients, Duration.ofSeconds(options.get("seconds")));
            return measured(
                    FLOOR, service, clients, () -> floor.run(clients, Duration.ofSeconds(options.get("seconds"))));
        }
    }

    private void printRates(Throughput floor, Throughput one, Throughput many) {
        Table table = new Table(
                "Tasks per second (executors that do nothing, " + options.get("slots") + " slots, all parts on "
                        + Runtime.getRuntime().availableProcessors() + " processors)",
                "",
                "clients",
                "tasks per second",
                "x floor",
                "CPU s per 1,000",
                "x floor",
                "tasks");
        for (Throughput it : List.of(one, many, floor)) {
            table.row(
                    it.name(),
                    Integer.toString(it.clients()),
                    number("%.0f", it.endToEnd()),
                    number("%.2f", it.endToEnd() / floor.endToEnd()),
                    number("%.2f", it.cpuPerThousand()),
                    number("%.2f", it.cpuPerThousand() / floor.cpuPerThousand()),
                    Integer.toString(it.tasks()));
        }
        table.print(out);
        out.println(
                "  Visible: from the first POST until a query sees the last task ended. The floor is the same loop on the");
        out.println(
                "  same servers without HTTP, rules and events, each record with its own commits, in this program.");
    }

    @SafeVarargs
    private void printLatencies(TaskRecords records, Map.Entry<Double, Load.Paced>... phases) {
        Table table = new Table(
                "Time from POST in ms", "tasks per second", "to", "median", "p99", "of tasks", "aim median", "aim p99");
        for (Map.Entry<Double, Load.Paced> phase : phases) {
            TaskRecords.Latencies found = records.latencies(phase.getValue().created());
            boolean aim = phase.getKey() == options.get("rate");
            row(table, phase.getKey(), "RUNNING", found.running(), aim ? "10" : "", aim ? "40" : "");
            row(table, phase.getKey(), "SUCCEEDED", found.succeeded(), "", "");
            Percentiles seen = new Percentiles(phase.getValue().seenAfterMs());
            row(table, phase.getKey(), "SUCCEEDED seen by GET", seen, "", "");
        }
        table.print(out);
        out.println(
                "  From the client's clock just before it sends, to the event's occurredAt: the database's clock in");
        out.println("  the transaction of the transition, on the same machine. By GET: a sample, asked every 5 ms.");
    }

    private static void row(Table table, double rate, String to, Percentiles of, String aim, String aim99) {
        table.row(
                number("%.0f", rate),
                to,
                number("%.1f", of.at(0.5)),
                number("%.1f", of.at(0.99)),
                Integer.toString(of.count()),
                aim,
                aim99);
    }

    private void printProcesses(Throughput load, SequencedMap<String, Usage> now) {
        if (!Usage.isKnown()) {
            out.println("\nCPU time and memory of the processes are only known on Linux.");
            return;
        }
        Table table = new Table(
                "Processes (CPU with " + load.clients() + " clients)",
                "part",
                "CPU s per 1,000 tasks",
                "MB",
                "peak MB");
        double sum = 0;
        for (Map.Entry<String, Usage> part : now.entrySet()) {
            double cpu = load.cpuSeconds().getOrDefault(part.getKey(), 0.0) * 1000 / load.tasks();
            sum += cpu;
            table.row(
                    part.getKey(),
                    number("%.2f", cpu),
                    Long.toString(part.getValue().memoryMb()),
                    part.getKey().equals("postgres")
                            ? "-"
                            : Long.toString(part.getValue().peakMb()));
        }
        table.row("sum", number("%.2f", sum), "", "");
        table.print(out);
        out.println(
                "  Memory is resident, shared pages divided among those that share them. The heap of the API and of");
        out.println("  the worker is at most 256 MB, with the serial collector; this program is the load.");
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
