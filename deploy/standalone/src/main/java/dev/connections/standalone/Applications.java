package dev.connections.standalone;

import dev.connections.api.ApiService;
import dev.connections.worker.TaskWorker;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The API and the workers, each an application context of its own in this process. */
final class Applications {
    private final JoinSettings settings;
    private final Parts parts;

    Applications(JoinSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    /** Starts the API and returns its base URL. */
    String startApi(int port) throws Exception {
        ConfigurableApplicationContext api = parts.start(
                Parts.Stage.API,
                () -> run(
                        ApiService.application(),
                        Map.of(
                                "server.address", "127.0.0.1",
                                "server.port", Integer.toString(port),
                                // A client that follows a task's events must not delay the shutdown.
                                "spring.lifecycle.timeout-per-shutdown-phase", "3s")));
        return "http://127.0.0.1:" + api.getEnvironment().getRequiredProperty("local.server.port");
    }

    /** Starts the worker with that number. */
    void startWorker(int number) throws Exception {
        parts.start(
                Parts.Stage.WORKERS,
                () -> run(
                        TaskWorker.application(),
                        Map.of(
                                "spring.main.web-application-type",
                                "none",
                                "connections.worker.id",
                                "standalone-" + number)));
    }

    private ConfigurableApplicationContext run(SpringApplicationBuilder application, Map<String, String> properties) {
        return application.registerShutdownHook(false).run(settings.arguments(properties));
    }
}
