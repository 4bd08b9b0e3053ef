package dev.connections.embedded;

import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Whether temporary servers run in containers: where the system property {@value #PROPERTY} is true and a Docker engine
 * answers. Asked for in vain, the embedded ones, which are as real, take their place, so that a project or a person may
 * set the property for machines of both kinds.
 */
final class Containers {
    static final String PROPERTY = "servers.containers";

    private static final Logger log = LoggerFactory.getLogger(Containers.class);

    private Containers() {}

    /** The answer is of the first question: no test of a process gets another server than the one before. */
    private static final class Chosen {
        private static final boolean ANSWER = choose(
                Boolean.getBoolean(PROPERTY),
                () -> DockerClientFactory.instance().isDockerAvailable());
    }

    static boolean areChosen() {
        return Chosen.ANSWER;
    }

    /** The engine is asked only where somebody wants it: that takes time, and is logged as an error when none answers. */
    static boolean choose(boolean askedFor, BooleanSupplier engineAnswers) {
        if (!askedFor) {
            return false;
        }
        if (engineAnswers.getAsBoolean()) {
            return true;
        }
        log.warn(
                "-D{} asks for containers, but no Docker engine answers: the embedded PostgreSQL and Kafka are used; "
                        + "start an engine, or point DOCKER_HOST to one on this machine, to have containers",
                PROPERTY);
        return false;
    }
}
