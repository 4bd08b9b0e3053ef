package dev.connections.worker.source;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.crawl.Crawler;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The technologies that this worker knows, and the only place that knows when one is missing. */
@Component
public final class Sources implements Crawler {
    private final Map<Technology, Source> byTechnology;

    /** Takes one source for each technology. */
    public Sources(List<Source> sources) {
        this.byTechnology =
                sources.stream().collect(Collectors.toUnmodifiableMap(Source::technology, Function.identity()));
    }

    /**
     * Begins a validation of the execution's connection.
     *
     * @throws RunFailedException at once where no worker can reach the technology
     */
    public SourceProbe probe(Execution execution) {
        Source source = sourceOf(execution);
        return new TranslatedProbe(source, execution, source.probe(execution));
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        Execution execution = crawl.execution();
        Source source = sourceOf(execution);
        SourceFailures.translated(source, execution, () -> {
            source.crawl(crawl);
            return true;
        });
        if (!source.isProven()) {
            crawl.warn(unproven(source.technology()));
        }
    }

    private Source sourceOf(Execution execution) {
        Technology technology = execution.target().technology();
        Source source = byTechnology.get(technology);
        if (source == null) {
            throw missing(technology);
        }
        return source;
    }

    /** The warning of each crawl of a technology that was only tried on a stand-in for a server of it. */
    public static String unproven(Technology technology) {
        return "crawls of " + technology.label()
                + " were tested on a stand-in and not yet on a real server; compare what"
                + " was found with the source";
    }

    private static RunFailedException missing(Technology technology) {
        return new RunFailedException(
                ErrorCode.DRIVER_UNAVAILABLE,
                "the driver for " + technology.label()
                        + " is not installed on the workers; run the task again once they have it",
                null);
    }

    /** The checks of a technology, whose exceptions become errors of the contract. */
    private record TranslatedProbe(Source source, Execution execution, SourceProbe probe) implements SourceProbe {
        @Override
        public Finding checkNetwork() throws Exception {
            return translated(probe::checkNetwork);
        }

        @Override
        public Finding checkTls() throws Exception {
            return translated(probe::checkTls);
        }

        @Override
        public Finding checkAuthentication() throws Exception {
            return translated(probe::checkAuthentication);
        }

        @Override
        public Finding checkPrivileges() throws Exception {
            return translated(probe::checkPrivileges);
        }

        @Override
        public void close() {
            probe.close();
        }

        private Finding translated(Callable<Finding> check) throws Exception {
            return SourceFailures.translated(source, execution, check);
        }
    }
}
