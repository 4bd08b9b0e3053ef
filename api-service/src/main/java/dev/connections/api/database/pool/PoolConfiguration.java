package dev.connections.api.database.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PoolConfiguration {
    @Bean
    CandidTransactions transactionManager(DataSource source) {
        return new CandidTransactions(source);
    }

    @Bean
    FilledPool filledPool(DataSource source) throws SQLException {
        return new FilledPool(source.unwrap(HikariDataSource.class));
    }

    @Bean
    static BeanPostProcessor patientDataSource() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HikariDataSource pool ? new PatientDataSource(pool) : bean;
            }
        };
    }
}
