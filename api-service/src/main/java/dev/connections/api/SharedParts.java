package dev.connections.api;

import dev.connections.api.http.page.Cursors;
import dev.connections.connection.SecretSealer;
import dev.connections.task.TaskStore;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class SharedParts {
    @Bean
    TaskStore taskStore(JdbcClient jdbc) {
        return new TaskStore(jdbc);
    }

    @Bean
    SecretSealer secretSealer(SecretsProperties secrets) {
        return new SecretSealer(secrets.requiredKeyset());
    }

    @Bean
    Cursors cursors(SecretsProperties secrets) {
        return new Cursors(secrets.requiredKeyset());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
