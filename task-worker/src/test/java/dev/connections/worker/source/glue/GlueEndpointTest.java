package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceDialer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;

/** Which host a region leads to. */
class GlueEndpointTest {
    private static final NetworkProperties.Endpoints CLOUDS = NetworkProperties.Endpoints.PUBLIC;

    @ParameterizedTest
    @CsvSource({
        "eu-central-1, glue.eu-central-1.amazonaws.com",
        "us-gov-west-1, glue.us-gov-west-1.amazonaws.com",
        "ap-southeast-4, glue.ap-southeast-4.amazonaws.com",
        "cn-north-1, glue.cn-north-1.amazonaws.com.cn"
    })
    void aRegionHasItsHost(String region, String host) {
        assertThat(new GlueEndpoint(CLOUDS.glue()).of(region).hostHeader()).isEqualTo(host);
    }

    @Test
    void theOperatorsHostIsTakenAsItIs() {
        assertThat(new GlueEndpoint("https://vpce-1.glue.{region}.vpce.example:8443")
                        .of("cn-north-1")
                        .hostHeader())
                .isEqualTo("vpce-1.glue.cn-north-1.vpce.example:8443");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "eu",
                "eu-central",
                "EU-CENTRAL-1",
                "eu-central-1.example/",
                "eu-central-1@a",
                "x.example#-1",
                "eu-central-1\n",
                "eu--1"
            })
    void whatIsNoRegionLeadsNowhere(String region) {
        GlueEndpoint endpoint = new GlueEndpoint(CLOUDS.glue());
        assertThat(RunFailures.errorOf(catchThrowable(() -> endpoint.of(region)))
                        .code())
                .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://glue.{region}.amazonaws.com", "glue.{region}.amazonaws.com", "https://a/{region}"})
    void anEndpointThatIsNoneStopsTheWorker(String address) {
        NetworkProperties network = new NetworkProperties(
                false,
                Duration.ofSeconds(1),
                List.of(),
                null,
                new NetworkProperties.Endpoints(CLOUDS.bigQuery(), CLOUDS.googleTokens(), address));
        SourceDialer dialer = new SourceDialer(network, new StandardEnvironment(), Set::of);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GlueSource(dialer))
                .withMessageContaining("connections.worker.network.endpoints");
    }
}
