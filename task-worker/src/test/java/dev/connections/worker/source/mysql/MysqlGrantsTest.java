package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.source.mysql.MysqlGrants.Privilege;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of SHOW GRANTS as servers write them, and what they let an account read. */
class MysqlGrantsTest {
    private static final MysqlGrants.Names PATTERNS = new MysqlGrants.Names(true, false);

    @Test
    void aGrantForEverythingCoversEachDatabase() {
        assertThat(on("shop", "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*00' WITH GRANT OPTION"))
                .containsExactly(Privilege.values());
        assertThat(on("shop", "GRANT SELECT, SHOW VIEW, BACKUP_ADMIN ON *.* TO 'u'@'%'"))
                .containsExactly(Privilege.SELECT, Privilege.SHOW_VIEW);
    }

    @Test
    void whatIsRevokedOfOneDatabaseIsMissingThereOnly() {
        String[] lines = {
            "GRANT SELECT, SHOW VIEW ON *.* TO `u`@`%`",
            "REVOKE SELECT ON `shop`.* FROM `u`@`%`",
            "GRANT USAGE ON *.* TO `u`"
        };
        MysqlGrants.Names literal = new MysqlGrants.Names(false, false);
        assertThat(grants(literal, lines).on("shop")).containsExactly(Privilege.SHOW_VIEW);
        assertThat(grants(literal, lines).on("stock")).containsExactly(Privilege.SELECT, Privilege.SHOW_VIEW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "`shop` shop true",
                "`shop` Shop false",
                "\"shop\" shop true",
                "shop shop true",
                "`my_db` my_db true",
                "`my_db` my1db true",
                "`my\\_db` my_db true",
                "`my\\_db` my1db false",
                "`sh%` shop true",
                "`%op%s` shop-tops true",
                "`%op%s` shop false",
                "`a``b` a`b true",
                "\"a\"\"b\" a\"b true",
                "`100\\%` 100% true",
                "`100\\%` 1000 false",
                "`back\\\\slash` back\\slash true",
                "`%` anything true"
            })
    void theNameOfADatabaseIsAPattern(String granted, String database, boolean covered) {
        assertThat(on(database, "GRANT SELECT ON " + granted + ".* TO `u`@`%`").contains(Privilege.SELECT))
                .isEqualTo(covered);
    }

    @Test
    void namesAreNoPatternsOnAServerWithPartialRevokes() {
        MysqlGrants grants = grants(new MysqlGrants.Names(false, false), "GRANT SELECT ON `my_db`.* TO `u`@`%`");
        assertThat(grants.on("my_db")).containsExactly(Privilege.SELECT);
        assertThat(grants.on("my1db")).isEmpty();
    }

    @Test
    void upperAndLowerCaseAreTheSameWhereTheServerTakesThemSo() {
        assertThat(grants(new MysqlGrants.Names(true, true), "GRANT SELECT ON `shop`.* TO `u`@`%`")
                        .on("Shop"))
                .containsExactly(Privilege.SELECT);
    }

    /** A server looks no further than at the grant whose first wildcard is last. */
    @Test
    void onlyTheClosestGrantToAnAccountCounts() {
        assertThat(on("shop_a", "GRANT SELECT ON `shop%`.* TO `u`@`%`", "GRANT SHOW VIEW ON `shop\\_a`.* TO `u`@`%`"))
                .containsExactly(Privilege.SHOW_VIEW);
    }

    @Test
    void whatARoleOrEverybodyHasIsAdded() {
        assertThat(on(
                        "shop",
                        "GRANT `r` TO `u`@`%`",
                        "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*00'",
                        "GRANT SELECT ON `shop`.* TO `r`",
                        "GRANT SHOW VIEW ON `shop`.* TO PUBLIC",
                        "SET DEFAULT ROLE `r` FOR `u`@`%`"))
                .containsExactly(Privilege.SELECT, Privilege.SHOW_VIEW);
    }

    @Test
    void whatIsGrantedOnEachTableCountsAndWhatOnSomeColumnsDoesNot() {
        assertThat(on(
                        "shop",
                        "GRANT SELECT, SHOW VIEW ON `shop`.`orders` TO `u`@`%`",
                        "GRANT SELECT, UPDATE (`a`, `b)`), SHOW VIEW ON `shop`.`re.turns` TO `u`@`%`"))
                .containsExactly(Privilege.SELECT, Privilege.SHOW_VIEW);
        assertThat(on(
                        "shop",
                        "GRANT SELECT ON `shop`.`orders` TO `u`@`%`",
                        "GRANT SELECT (`id`), DELETE ON `shop`.`returns` TO `u`@`%`"))
                .isEmpty();
    }

    @Test
    void whatIsAboutSomethingElseGivesNothing() {
        for (String line : List.of(
                "GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION",
                "GRANT EXECUTE ON PROCEDURE `shop`.`select` TO `u`@`%`",
                "GRANT `SELECT`@`%`,`shop`@`%` TO `u`@`%`",
                "GRANT SELECT ON `shop`",
                "GRANT SELECT ON `shop`.",
                "GRANT (`",
                "")) {
            assertThat(on("shop", line)).as(line).isEmpty();
        }
    }

    private static Set<Privilege> on(String database, String... lines) {
        return grants(PATTERNS, lines).on(database);
    }

    private static MysqlGrants grants(MysqlGrants.Names names, String... lines) {
        MysqlGrants grants = new MysqlGrants(names);
        for (String line : lines) {
            grants.add(line);
        }
        return grants;
    }
}
