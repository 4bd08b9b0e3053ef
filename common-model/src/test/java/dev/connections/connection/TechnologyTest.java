package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TechnologyTest {
    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, ApplicationName, nightly crawl (team B)",
        "PostgreSQL, targetServerType, preferSecondary",
        "MySQL, characterEncoding, UTF-8",
        "MySQL, connectionTimeZone, SERVER",
        "MySQL, connectionTimeZone, Europe/Berlin",
        "MariaDB, timezone, disable",
        "MariaDB, timezone, +02:00",
        "SQLServer, multiSubnetFailover, true",
        "Oracle, v$session.program, catalog",
        "Oracle, oracle.jdbc.timezoneAsRegion, false",
        "Redshift, applicationName, catalog",
        "Trino, clientTags, 'crawl,nightly'",
        "Trino, timezone, UTC",
        "Teradata, CHARSET, UTF8",
        "Teradata, TMODE, ANSI",
        "Teradata, LOGMECH, LDAP"
    })
    void aPropertyMayHaveTheValuesThatItsDriverKnows(String technology, String name, String value) {
        assertThat(Technology.of(technology).allows(name, value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, ApplicationName, ''",
        "PostgreSQL, ApplicationName, ' '",
        "PostgreSQL, ApplicationName, 'a\nb'",
        "PostgreSQL, ApplicationName, café",
        "PostgreSQL, ApplicationName, 1234567890123456789012345678901234567890123456789012345678901234",
        "PostgreSQL, targetServerType, nonsense",
        "PostgreSQL, targetServerType, PRIMARY",
        "PostgreSQL, socketFactory, x",
        "MySQL, characterEncoding, no such",
        "MySQL, characterEncoding, UTF-9",
        "MySQL, characterEncoding, ''",
        "MySQL, connectionTimeZone, 'UTC''; drop table t; --'",
        "MySQL, connectionTimeZone, +25:00",
        "MariaDB, characterEncoding, UTF-8",
        "SQLServer, multiSubnetFailover, yes",
        "SQLServer, instanceName, SALES",
        "Trino, timezone, LOCAL",
        "Trino, source, 'a\r\nX-Trino-User: root'",
        "Teradata, LOGMECH, KRB5",
        "Teradata, LOGMECH, td2",
        "Teradata, TMODE, x",
        "Teradata, CHARSET, x",
        "Glue, region, x"
    })
    void aPropertyMayHaveNoOtherValue(String technology, String name, String value) {
        assertThat(Technology.of(technology).allows(name, value)).isFalse();
    }

    @Test
    void everyRuleSaysWhatItExpects() {
        for (Technology technology : Technology.values()) {
            Map<String, PropertyRule> rules = technology.propertyRules();
            assertThat(rules.keySet()).isEqualTo(technology.allowedProperties());
            assertThat(rules.values())
                    .allSatisfy(rule -> assertThat(rule.expected()).startsWith("must be "));
        }
    }
}
