package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer is asked for twice: of the globs in Java and of PostgreSQL's regular expressions. */
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
        assertThat(matches(split(path), patterns.containerRegex())).isEqualTo(covered);
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

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noPatternTakesMoreThanAMomentHoweverManyWaysThereAreToMatch() {
        String name = "a".repeat(60);
        String stars = "*a".repeat(25) + "b";
        assertCovers(List.of("x/public/" + stars), List.of(), "x/public/" + name, false);
        assertCovers(List.of("**"), List.of("**/" + stars), "x/public/" + name, true);
        assertCovers(List.of(stars.replace("*", "**")), List.of(), "x/" + name, false);
        assertCovers(List.of("**/".repeat(100) + "b"), List.of(), "x/".repeat(20) + name, false);
        assertCovers(List.of("*".repeat(500) + "b"), List.of(), name, false);
        assertThat(new PathPatterns(List.of("**/a*/**/".repeat(20) + "b"), List.of())
                        .covers(Collections.nCopies(60, name)))
                .isFalse();
    }

    @Test
    void aSlashInANameIsNoLevel() {
        PathPatterns patterns = new PathPatterns(List.of("src/*/*", "src/**/t/*"), List.of("src/a/*x", "**/out/**"));
        assertAgree(patterns, List.of("src", "We/ird Na*me", "orders"), true);
        assertAgree(patterns, List.of("src", "public", "a/b/c"), true);
        assertAgree(patterns, List.of("src", "public/orders"), false);
        assertAgree(patterns, List.of("src/public", "orders"), false);
        assertAgree(patterns, List.of("src", "u", "v/t", "orders"), false);
        assertAgree(patterns, List.of("src", "u/v", "t", "orders"), true);
        assertAgree(patterns, List.of("src", "a/b", "x"), true);
        assertAgree(patterns, List.of("src", "a", "b/x"), false);
        assertAgree(patterns, List.of("src", "an/out/let", "x"), true);
    }

    /** A dry run does so in a request. One pattern after the other, this took 20 times as long as it may. */
    @Test
    @Timeout(10)
    void hundredsOfPatternsMatchAHundredThousandPathsInSeconds() {
        List<String> include = IntStream.range(0, 400)
                .mapToObj(i -> "shop/s" + i % 100 + "*/t_*_" + i)
                .toList();
        PathPatterns patterns = new PathPatterns(include, List.of("**/t_*0_*"));
        long covered = IntStream.range(0, 100_000)
                .filter(n -> patterns.covers(List.of("shop", "s" + n % 100, "t_" + n + "_" + n % 400)))
                .count();
        assertThat(covered).isEqualTo(90_000);
    }

    @Test
    void manyPatternsCoverWhatOneOfThemCovers() {
        Random random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            List<String> include = Stream.generate(() -> text(random, "ab**//", 7))
                    .limit(random.nextInt(1, 5))
                    .toList();
            PathPatterns all = new PathPatterns(include, List.of());
            for (int j = 0; j < 5; j++) {
                List<String> path = Stream.generate(() -> text(random, "aab/", 3))
                        .limit(random.nextInt(1, 4))
                        .toList();
                assertThat(all.covers(path))
                        .as(include + " on " + path)
                        .isEqualTo(include.stream()
                                .anyMatch(one -> new PathPatterns(List.of(one), List.of()).covers(path)));
                assertThat(all.coversContainer(path))
                        .as(include + " on container " + path)
                        .isEqualTo(include.stream()
                                .anyMatch(one -> new PathPatterns(List.of(one), List.of()).coversContainer(path)));
            }
        }
    }

    @Test
    void javaAndPostgresAgreeOnWhateverPatternsThereAre() {
        Random random = new Random(1);
        for (int i = 0; i < 4_000; i++) {
            PathPatterns patterns =
                    new PathPatterns(List.of(text(random, "ab**//", 7)), List.of(text(random, "ab**//", 5)));
            List<String> path = Stream.generate(() -> text(random, "aab/", 3))
                    .limit(random.nextInt(1, 4))
                    .toList();
            assertAgree(patterns, path, patterns.covers(path));
            assertThat(matches(path, patterns.containerRegex()) && !matches(path, patterns.excludeRegex()))
                    .as(patterns.containerRegex() + " without " + patterns.excludeRegex() + " on " + path)
                    .isEqualTo(patterns.coversContainer(path));
        }
    }

    private static String text(Random random, String letters, int longest) {
        return random.ints(random.nextInt(1, longest + 1), 0, letters.length())
                .mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    private void assertCovers(List<String> include, List<String> exclude, String path, boolean covered) {
        assertAgree(new PathPatterns(include, exclude), split(path), covered);
    }

    private void assertAgree(PathPatterns patterns, List<String> path, boolean covered) {
        String description = patterns.leafRegex() + " without " + patterns.excludeRegex() + " on " + path;
        assertThat(patterns.covers(path)).as(description).isEqualTo(covered);
        assertThat(matches(path, patterns.leafRegex()) && !matches(path, patterns.excludeRegex()))
                .as(description + " in PostgreSQL")
                .isEqualTo(covered);
    }

    private boolean matches(List<String> path, String regex) {
        try (PreparedStatement statement = session.prepareStatement(
                "select " + PathPatterns.joined("path") + " ~ ? from (select ?::text[] as path) one")) {
            statement.setString(1, regex);
            statement.setArray(2, session.createArrayOf("text", path.toArray()));
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
