package dev.connections.loop;

import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database and the health of an application's loops; put {@code loops} into the liveness group. */
@Configuration(proxyBeanMethods = false)
public class LoopConfiguration {
    @Bean
    BackgroundDatabase backgroundDatabase(JdbcConnectionDetails details) {
        return new BackgroundDatabase(details);
    }

    /** Its name in a health group is {@code loops}. */
    @Bean
    LoopHealth loopsHealthIndicator(ObjectProvider<Loop> loops, ObjectProvider<LoopOwner> owners) {
        return new LoopHealth(
                () -> Stream.concat(loops.stream(), owners.stream().flatMap(owner -> owner.loops().stream())));
    }
}
