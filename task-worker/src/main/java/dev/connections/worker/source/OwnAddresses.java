package dev.connections.worker.source;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Asks this installation's own servers by which addresses they are reached besides the configured ones: all brokers, the
 * database, its replicas. What it has found it keeps when it cannot ask.
 */
@Component
final class OwnAddresses implements Supplier<Set<InetSocketAddress>> {
    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);
    private static final Duration KEPT = Duration.ofMinutes(1);
    /** How soon to ask again where nobody has answered so far; each question may take its limit. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final int LIMIT_S = 2;

    /** Replicas connect from their own addresses, and listen as a rule on the port of the primary. */
    private static final String DATABASES = """
            select host(a) as address, current_setting('port')::int as port
              from (select inet_server_addr() union select client_addr from pg_stat_replication) as known (a)
             where a is not null
            """;

    private final ObjectProvider<KafkaAdmin> kafka;
    private final ObjectProvider<JdbcClient> database;
    private final Map<String, Set<InetSocketAddress>> found = new HashMap<>();
    private @Nullable Long askedAt;

    OwnAddresses(ObjectProvider<KafkaAdmin> kafka, ObjectProvider<JdbcClient> database) {
        this.kafka = kafka;
        this.database = database;
    }

    /** Asks where that was a minute ago; whoever comes meanwhile waits for the answer. */
    @Override
    public synchronized Set<InetSocketAddress> get() {
        Duration kept = found.isEmpty() ? AGAIN : KEPT;
        if (askedAt == null || System.nanoTime() - askedAt > kept.toNanos()) {
            kafka.ifAvailable(admin -> ask("brokers", () -> brokers(admin)));
            database.ifAvailable(jdbc -> ask("databases", () -> databases(jdbc)));
            askedAt = System.nanoTime();
        }
        Set<InetSocketAddress> all = new HashSet<>();
        found.values().forEach(all::addAll);
        return all;
    }

    private interface Question {
        Set<InetSocketAddress> answer() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private void ask(String whom, Question question) {
        try {
            found.put(whom, question.answer());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException
                | TimeoutException
                | KafkaException
                | DataAccessException
                | TransactionException e) {
            log.warn("cannot ask for the addresses of the own {}: {}", whom, e.toString());
        }
    }

    private static Set<InetSocketAddress> brokers(KafkaAdmin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> config = new HashMap<>(admin.getConfigurationProperties());
        config.put("default.api.timeout.ms", LIMIT_S * 1_000);
        config.put("request.timeout.ms", LIMIT_S * 1_000);
        Set<InetSocketAddress> brokers = new HashSet<>();
        try (Admin client = Admin.create(config)) {
            for (Node node : client.describeCluster().nodes().get(LIMIT_S, TimeUnit.SECONDS)) {
                brokers.add(InetSocketAddress.createUnresolved(node.host(), node.port()));
            }
        }
        return brokers;
    }

    private static Set<InetSocketAddress> databases(JdbcClient jdbc) {
        return Set.copyOf(jdbc.sql(DATABASES)
                .query((row, i) -> InetSocketAddress.createUnresolved(row.getString(1), row.getInt(2)))
                .list());
    }
}
