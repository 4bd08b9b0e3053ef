package dev.connections.benchmark;

import dev.connections.api.ApiService;
import dev.connections.embedded.KafkaBroker;
import dev.connections.embedded.PostgresServer;
import dev.connections.worker.TaskWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a process of the measured service is. */
enum Role {
    /** PostgreSQL, as durable as in production; its process only waits for the server's. */
    POSTGRES("256m") {
        @Override
        void start() throws IOException {
            Map<String, String> settings = new HashMap<>(DURABLE);
            if (System.getenv(PROFILE) != null) {
                settings.putAll(PROFILED);
            }
            PostgresServer server = PostgresServer.start(folder().resolve("data"), settings);
            Part.endWith(server::close);
            Part.ready(Integer.toString(server.port()));
        }
    },
    KAFKA("512m") {
        @Override
        void start() throws IOException {
            KafkaBroker broker = KafkaBroker.start(folder().resolve("data"));
            Part.endWith(broker::close);
            Part.ready(broker.bootstrapServers());
        }
    },
    API("256m") {
        @Override
        void start() throws IOException {
            ConfigurableApplicationContext api = run(ApiService.application(), "--server.port=0");
            Part.ready(api.getEnvironment().getRequiredProperty("local.server.port"));
        }
    },
    /** A worker whose executors do nothing. */
    IDLE_WORKER("256m") {
        @Override
        void start() throws IOException {
            run(IdleWorker.application().web(WebApplicationType.NONE));
            Part.ready("");
        }
    },
    /** The worker as it is in production. */
    WORKER("256m") {
        @Override
        void start() throws IOException {
            run(TaskWorker.application().web(WebApplicationType.NONE));
            Part.ready("");
        }
    },
    /** A plain read and COPY by a process that has just started, as a worker may have when it crawls. */
    PLAIN_COPY("256m") {
        @Override
        void start() throws IOException {
            try {
                Part.ready(
                        Double.toString(PlainCopy.ofEnvironment(System.getenv()).readAndWrite()));
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    };

    /** In the environment of PostgreSQL, where its statements are to be counted. */
    static final String PROFILE = "BENCHMARK_PROFILE";

    /** What the library behind the embedded server turns off, and what README advises for production. */
    private static final Map<String, String> DURABLE = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "shared_buffers", "1GB",
            "max_wal_size", "4GB",
            "checkpoint_timeout", "15min");

    private static final Map<String, String> PROFILED = Map.of(
            "shared_preload_libraries", "pg_stat_statements",
            "pg_stat_statements.track", "all",
            "pg_stat_statements.track_planning", "on");

    private final String heap;

    Role(String heap) {
        this.heap = heap;
    }

    abstract void start() throws IOException;

    /** Plays the role until the process that started this one ends. */
    void play() throws IOException {
        start();
        Part.awaitEnd();
    }

    /** The JVM's flags; the serial collector is the one that suits a part with a small heap on a small machine. */
    List<String> flags() {
        return List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-Xlog:disable", "-Xlog:gc:file=gc.log");
    }

    private static Path folder() {
        return Path.of("").toAbsolutePath();
    }

    private static ConfigurableApplicationContext run(SpringApplicationBuilder application, String... args) {
        ConfigurableApplicationContext context =
                application.registerShutdownHook(false).run(args);
        Part.endWith(context::close);
        return context;
    }
}
