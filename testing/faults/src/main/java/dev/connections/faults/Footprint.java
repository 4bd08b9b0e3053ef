package dev.connections.faults;

import dev.connections.embedded.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What this service holds while it has nothing to do, by name: of each process the bytes that live in its heap, threads and
 * file handles; sessions of the database, rows in the outboxes and the age of the oldest, temporary files.
 *
 * @param threads the names of each process's threads, as far as the operating system keeps them
 */
record Footprint(Map<String, Long> values, Map<String, List<String>> threads) {
    private static final String DATABASE = """
            select (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()),
                   (select count(*) from command_outbox) + (select count(*) from status_outbox)
                       + (select count(*) from change_outbox),
                   (select count(*) from dead_event),
                   (select count(*) from pg_ls_tmpdir())
            """;

    /** How much more of each there may be at the end: room for caches, pools that grew, and what the measuring itself takes. */
    private enum Allowed {
        HEAP("live heap, KiB", 0.25, 8_192),
        THREADS("threads", 0, 10),
        HANDLES("file handles", 0, 25),
        SESSIONS("sessions of the database", 0, 30),
        OUTBOX("rows in the outboxes", 0, 0),
        DEAD("events put aside", 0, 0),
        DATABASE_FILES("temporary files of the database", 0, 0),
        FILES("temporary files", 0, 2);

        private final String what;
        private final double share;
        private final long more;

        Allowed(String what, double share, long more) {
            this.what = what;
            this.share = share;
            this.more = more;
        }

        long above(long before) {
            return before + (long) (before * share) + more;
        }
    }

    /** Measures processes that have come to rest. */
    static Footprint of(ServiceUnderFaults service) throws IOException, InterruptedException, SQLException {
        Map<String, Long> values = new LinkedHashMap<>();
        Map<String, List<String>> threads = new HashMap<>();
        for (Member member : service.members().toList()) {
            long pid = member.child().pid();
            values.put(name(Allowed.HEAP, member.name), liveBytes(pid) / 1_024);
            List<String> names = threadsOf(pid);
            threads.put(name(Allowed.THREADS, member.name), names);
            values.put(name(Allowed.THREADS, member.name), (long) names.size());
            values.put(name(Allowed.HANDLES, member.name), entries(Path.of("/proc", String.valueOf(pid), "fd")));
        }
        addDatabase(service.postgres, values);
        try (Stream<Path> files = Files.walk(service.temporary())) {
            values.put(Allowed.FILES.what, files.filter(Files::isRegularFile).count());
        }
        return new Footprint(values, threads);
    }

    /** What has grown beyond what is allowed since the other was measured. */
    List<String> growthSince(Footprint before) {
        List<String> grown = new ArrayList<>();
        values.forEach((name, value) -> {
            long was = before.values.getOrDefault(name, 0L);
            for (Allowed allowed : Allowed.values()) {
                if (name.startsWith(allowed.what) && value > allowed.above(was) && isOf(allowed, name)) {
                    grown.add(name + ": " + was + " at the beginning, " + value + " at the end"
                            + newThreads(name, before));
                }
            }
        });
        return grown;
    }

    private String newThreads(String name, Footprint before) {
        List<String> names = new ArrayList<>(threads.getOrDefault(name, List.of()));
        before.threads.getOrDefault(name, List.of()).forEach(names::remove);
        return names.isEmpty() ? "" : ", new ones: " + names;
    }

    /** Both side by side, as a table. */
    String tableSince(Footprint before) {
        StringBuilder table = new StringBuilder("| | beginning | end |\n|---|---|---|\n");
        values.forEach((name, value) -> table.append("| ")
                .append(name)
                .append(" | ")
                .append(before.values.get(name))
                .append(" | ")
                .append(value)
                .append(" |\n"));
        return table.toString();
    }

    private static boolean isOf(Allowed allowed, String name) {
        return name.equals(allowed.what) || name.startsWith(allowed.what + " of ");
    }

    private static String name(Allowed what, String member) {
        return what.what + " of " + member;
    }

    private static void addDatabase(PostgresServer postgres, Map<String, Long> values) throws SQLException {
        try (Connection connection = postgres.connect(ServiceUnderFaults.DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASE)) {
            row.next();
            values.put(Allowed.SESSIONS.what, row.getLong(1));
            values.put(Allowed.OUTBOX.what, row.getLong(2));
            values.put(Allowed.DEAD.what, row.getLong(3));
            values.put(Allowed.DATABASE_FILES.what, row.getLong(4));
        }
    }

    private static List<String> threadsOf(long pid) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads.toList()) {
                try {
                    names.add(Files.readString(thread.resolve("comm")).strip());
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return names;
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /** The bytes of all objects after a collection, which the histogram makes first; its last line has the total. */
    private static long liveBytes(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String printed = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd cannot look into process " + pid + ": " + printed);
        }
        String[] total = printed.substring(printed.lastIndexOf("Total")).strip().split("\\s+", 4);
        return Long.parseLong(total[2]);
    }
}
