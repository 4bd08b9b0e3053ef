package dev.connections.worker.source.glue;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.http.HttpTarget;
import java.util.regex.Pattern;

/** Where Glue answers for a region. */
final class GlueEndpoint {
    /** Such as eu-central-1 and us-gov-west-1; it becomes part of a host's name. */
    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z0-9]+)+-[0-9]{1,2}");

    private static final String DOMAIN_IN_CHINA = ".cn";

    private final String address;

    /**
     * Takes the address that the operator has configured.
     *
     * @param address {region} in it stands for the region
     * @throws IllegalArgumentException where it is none
     */
    GlueEndpoint(String address) {
        this.address = address;
        HttpTarget.ofEndpoint(inRegion("eu-central-1"));
    }

    /**
     * The endpoint of a region.
     *
     * @throws RunFailedException where its name is no region's
     */
    HttpTarget of(String region) {
        if (!REGION.matcher(region).matches()) {
            throw new RunFailedException(
                    ErrorCode.HOST_NOT_ALLOWED,
                    "region has to be the name of an AWS region, such as eu-central-1",
                    null);
        }
        return HttpTarget.ofEndpoint(inRegion(region));
    }

    private String inRegion(String region) {
        boolean isChina = region.startsWith("cn-") && address.equals(NetworkProperties.Endpoints.PUBLIC.glue());
        return address.replace("{region}", region) + (isChina ? DOMAIN_IN_CHINA : "");
    }
}
