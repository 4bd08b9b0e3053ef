package dev.connections.worker.source.teradata;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the operator decides about Teradata.
 *
 * @param folder where the driver's jars are; below the worker's working directory unless it is an absolute path
 * @param unverifiedLogins whether passwords are sent to servers that TLS does not verify
 */
@ConfigurationProperties("connections.worker.drivers.teradata")
record TeradataProperties(
        @DefaultValue("drivers/teradata") Path folder,
        @DefaultValue("false") boolean unverifiedLogins) {}
