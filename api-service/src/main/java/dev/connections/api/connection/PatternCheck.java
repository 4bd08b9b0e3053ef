package dev.connections.api.connection;

import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.connection.PathPatterns;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refuses patterns that PostgreSQL cannot compile in reasonable time and memory; PostgreSQL matches them against paths.
 */
@Component
class PatternCheck {
    private static final String COMPILE = "select '' ~ :leaf, '' ~ :container, '' ~ :exclude";
    private static final int LIMIT_S = 1;

    private final JdbcClient jdbc;

    PatternCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Compiles the patterns of a request.
     *
     * @throws InvalidRequestException if they are too complex
     */
    void require(PathPatterns patterns) {
        try {
            jdbc.sql(COMPILE)
                    .withQueryTimeout(LIMIT_S)
                    .param("leaf", patterns.leafRegex())
                    .param("container", patterns.containerRegex())
                    .param("exclude", patterns.excludeRegex())
                    .query((row, i) -> true)
                    .single();
        } catch (DataIntegrityViolationException
                | UncategorizedSQLException
                | BadSqlGrammarException
                | QueryTimeoutException e) {
            throw InvalidRequestException.of(
                    "/settings/crawl/include",
                    "is too complex in combination with exclude; use fewer or simpler patterns");
        }
    }
}
