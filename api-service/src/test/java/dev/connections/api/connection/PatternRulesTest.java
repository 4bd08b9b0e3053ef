package dev.connections.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sales/[xy]*             | '['",
                "sales/[a-z]/t           | '['",
                "sales/t[0-9]            | '['",
                "sales/t[!0]             | '['",
                "[dbo]/orders            | '['",
                "sales/{x,y}/**          | '{'",
                "{a/b,c/d}               | '{'",
                "sales/t{1..9}           | '{'",
                "!sales/tmp              | '!'",
                "sales/tmp_?             | '?'",
                "sales/a\\*              | '\\'",
                "sales/a\\[1\\]          | '\\'",
                "/sales                  | empty level",
                "sales/                  | empty level",
                "sales//orders           | empty level",
                "/                       | empty level"
            })
    void aPatternThatMeansMoreThanItWouldDoIsRefusedWithWhatToUse(String pattern, String word) {
        assertThat(PatternRules.problem(pattern))
                .hasValueSatisfying(problem -> assertThat(problem).contains(word));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "**",
                "*/*",
                "sales/a[1]",
                "sales/a[12]",
                "sales/a[x]",
                "sales/a[",
                "a]",
                "a[]",
                "{guid}",
                "{}",
                "{2}",
                "a,b",
                "a{b",
                "a!",
                "sales/!a",
                "domain\\user",
                "(a|b)",
                "a.b",
                "#tmp",
                " ",
                "日本/*"
            })
    void whatANameCanHoldStaysWhatItIs(String pattern) {
        assertThat(PatternRules.problem(pattern)).isEmpty();
    }
}
