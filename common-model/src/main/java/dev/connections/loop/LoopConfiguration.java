package dev.connections.loop;

import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health of an application's loops; import it, and put {@code loops} into the liveness group. */
@Configuration(proxyBeanMethods = false)
public class LoopConfiguration {
    /** Its name in a health group is {@code loops}. */
    @Bean
    LoopHealth loopsHealthIndicator(ObjectProvider<Loop> loops, ObjectProvider<LoopOwner> owners) {
        return new LoopHealth(() -> Stream.concat(
                loops.stream(), owners.stream().flatMap(owner -> owner.loops().stream())));
    }
}
