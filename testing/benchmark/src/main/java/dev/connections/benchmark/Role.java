package dev.connections.benchmark;

import dev.connections.api.ApiService;
import dev.connections.embedded.KafkaBroker;
import dev.connections.embedded.PostgresServer;
import dev.connections.worker.TaskWorker;
import java.io.IOException;
import java.nio.file.Path;
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
            PostgresServer server = PostgresServer.start(folder().resolve("data"), DURABLE);
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
    };

    /** What the library behind the embedded server turns off. */
    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

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
