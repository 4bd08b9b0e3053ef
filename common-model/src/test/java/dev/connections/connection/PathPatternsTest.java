package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer is asked for twice: of Java's regular expressions and of PostgreSQL's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PathPatternsTest {
    private Postgres postgres;
    private Connection session;

    @BeforeAll
    void start() throws SQLException {
        postgres = Postgres.startTemporary();
        session = postgres.connect("postgres");
    }

    @AfterAll
    void stop() throws SQLException {
        session.close();
        postgres.close();
    }

    @ParameterizedTest
    @CsvSource({
        "**,            sales/public/orders, true",
        "*,             sales/public/orders, false",
        "*,             sales,               true",
        "*/*/*,         sales/public/orders, true",
        "*/*,           sales/public/orders, false",
        "sales/**,      sales/public/orders, true",
        "sales/**,      sales2/public/x,     false",
        "sales/*,       sales/public/orders, false",
        "sales,         sales/public/orders, false",
        "sales/public/orders, sales/public/orders, true",
        "Sales/**,      sales/public/orders, false",
        "**/orders,     sales/public/orders, true",
        "**/orders,     orders,              true",
        "**/orders,     sales/public/reorders, false",
        "sales/**/orders, sales/public/orders, true",
        "sales/**/orders, sales/orders,      true",
        "*/public/o*,   sales/public/orders, true",
        "*/public/*s,   sales/public/orders, true",
        "*/public/*x*,  sales/public/orders, false",
        "s**s,          sales/public/orders, true",
        "sales/pub**,   sales/public/orders, true",
    })
    void anIncludePatternCoversTheLeavesThatItMatches(String include, String path, boolean covered) {
        assertCovers(List.of(include), List.of(), path, covered);
    }

    @ParameterizedTest
    @CsvSource({
        "**,                  sales,        true",
        "sales/**,            sales,        true",
        "sales/**,            sales/public, true",
        "sales/**,            hr,           false",
        "sales/public/orders, sales,        true",
        "sales/public/orders, sales/public, true",
        "sales/public/orders, sales/other,  false",
        "*/public/*,          sales/public, true",
        "*/public/*,          sales/other,  false",
        "**/public/*,         sales/other,  true",
        "s*/pub*/o*,          sales/public, true",
        "s*/pub*/o*,          hr,           false",
        "sales/p**,           sales/other,  true",
        "sales,               sales/public, false",
    })
    void aContainerIsCoveredWhereSomethingBelowMayBe(String include, String path, boolean covered) {
        PathPatterns patterns = new PathPatterns(List.of(include), List.of());
        assertThat(patterns.coversContainer(split(path))).isEqualTo(covered);
        assertThat(matches(path, patterns.containerRegex())).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "sales,              sales/public/orders, false",
        "sales/public,       sales/public/orders, false",
        "sales/public/**,    sales/public/orders, false",
        "*/*/orders,         sales/public/orders, false",
        "**/tmp_*,           sales/public/tmp_1,  false",
        "**/tmp_*,           sales/tmp_x/orders,  false",
        "**/tmp_*,           sales/public/atmp_1, true",
        "sales/pub,          sales/public/orders, true",
        "sales/public/order, sales/public/orders, true",
        "*,                  sales/public/orders, false",
        "**,                 sales/public/orders, false",
    })
    void anExcludePatternTakesOutWhatItMatchesWithAllBelow(String exclude, String path, boolean covered) {
        assertCovers(List.of("**"), List.of(exclude), path, covered);
    }

    @Test
    void anExcludedContainerIsNotCoveredAndOneWithAllBelowExcludedIsStillThere() {
        assertThat(new PathPatterns(List.of("**"), List.of("sales")).coversContainer(List.of("sales", "public")))
                .isFalse();
        assertThat(new PathPatterns(List.of("**"), List.of("sales/**")).coversContainer(List.of("sales")))
                .isTrue();
    }

    @Test
    void severalPatternsAreAlternativesAndNoIncludeCoversNothing() {
        List<String> two = List.of("a/**", "b/x*");
        assertCovers(two, List.of(), "a/anything", true);
        assertCovers(two, List.of(), "b/x1", true);
        assertCovers(two, List.of(), "b/y", false);
        assertCovers(List.of(), List.of(), "a", false);
        assertCovers(List.of("**"), List.of("a", "b"), "b/c", false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b", "a+b", "a?b", "(a)", "(?i)a", "[a]", "[^a]", "a{2}", "a|b", "^a$", "a\\b", "\\d", "\\", "$",
                "a b", " a ", "#a", "a-b", "a&&b", "a\nb", "a\n", "a\tb", "ä", "Ω/é", "日本", "😀", "e\u0301", "a'b",
                "a\"b", "%a_", "a%b", "{}", "]", "}", "a,b", "\u00a0"
            })
    void anOddCharacterMeansItselfAndAnotherCharacterIsNotIt(String name) {
        assertCovers(List.of(name), List.of(), name, true);
        assertCovers(List.of(name + "*"), List.of(), name + "x", true);
        assertCovers(List.of("*" + name + "/**"), List.of(), "x" + name + "/y", true);
        assertCovers(List.of(name), List.of(), name + "x", false);
        assertCovers(List.of(name), List.of(), "aab", false);
        assertCovers(List.of(name), List.of(), name + "\n", false);
        assertCovers(List.of("**"), List.of(name), name + "/below", false);
    }

    private void assertCovers(List<String> include, List<String> exclude, String path, boolean covered) {
        PathPatterns patterns = new PathPatterns(include, exclude);
        String description = include + " without " + exclude + " on " + path;
        assertThat(patterns.covers(split(path))).as(description).isEqualTo(covered);
        assertThat(matches(path, patterns.leafRegex()) && !matches(path, patterns.excludeRegex()))
                .as(description + " in PostgreSQL")
                .isEqualTo(covered);
    }

    private boolean matches(String path, String regex) {
        try (PreparedStatement statement = session.prepareStatement("select ? ~ ?")) {
            statement.setString(1, path);
            statement.setString(2, regex);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new AssertionError("PostgreSQL refuses " + regex, e);
        }
    }

    private static List<String> split(String path) {
        return List.of(path.split("/", -1));
    }
}
