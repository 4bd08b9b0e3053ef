package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.connection.Technology;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** A connection to a server of MySQL's protocol, as a user configured it. */
final class MysqlConnection extends CatalogFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final NetworkProperties NETWORK = new NetworkProperties(true, Duration.ofSeconds(20));

    private final ObjectNode configuration;

    MysqlConnection(Technology technology, Function<SourceDialer, Source> source, ObjectNode configuration) {
        super(technology, sources(source, NETWORK), "mysql-" + NUMBER.incrementAndGet());
        this.configuration = configuration;
    }

    MysqlConnection(MysqlSourceServer server, ObjectNode configuration) {
        this(server.technology(), server::source, configuration);
    }

    @Override
    protected ObjectNode configuration() {
        return configuration;
    }

    /** What a validation finds of TLS, of the login, and of the privileges. */
    List<Finding> validate() throws Exception {
        try (SourceProbe probe = technologies().probe(execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            probe.checkNetwork();
            return List.of(probe.checkTls(), probe.checkAuthentication(), probe.checkPrivileges());
        }
    }

    /** The error of a validation. */
    TaskError failedValidation() {
        return RunFailures.errorOf(catchThrowable(this::validate));
    }

    /** The error of a crawl. */
    TaskError failedCrawl() {
        return RunFailures.errorOf(catchThrowable(this::crawl));
    }
}
