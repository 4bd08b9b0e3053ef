package dev.connections.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.connections.connection.Technology;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What CONTRIBUTING says of the house, for every module. Whoever needs an exception names it here, with the reason. */
class HouseRulesTest {
    private static final String[] DRIVERS = {
        "org.postgresql..",
        "com.mysql..",
        "org.mariadb..",
        "oracle.jdbc..",
        "com.microsoft.sqlserver..",
        "net.snowflake..",
        "com.databricks..",
        "com.teradata..",
        "com.amazon.redshift..",
        "io.trino..",
        "com.clickhouse.."
    };

    private static final Exceptions SPEAK_SQL = Exceptions.none()
            .and("is handed the client to make stores with", "api.SharedParts")
            .and("moves what should move, with statements over all runs", "task.RunSweep")
            .and("rings PostgreSQL's bell", "outbox.EventBell")
            .and("asks the database by which addresses it is reached", "worker.source.OwnAddresses")
            .and(
                    "reads for a page of the API what its name says",
                    "api.task.Backlog",
                    "api.task.RunHistory",
                    "api.task.TaskHistory")
            .and("asks PostgreSQL whether it can read a pattern", "api.connection.PatternCheck")
            .and(
                    "is one step of the catalog writer",
                    "worker.catalog.CatalogLock",
                    "worker.catalog.CatalogMerge",
                    "worker.catalog.CatalogRemoval",
                    "worker.catalog.CatalogStaging")
            .and(
                    "hands the transaction's client from the end of a run to its effect",
                    "worker.execution.Effect",
                    "worker.execution.RunGroups",
                    "worker.execution.RunOutcomes",
                    "worker.crawl.CrawlEffect",
                    "worker.crawl.SplitCrawlEffect",
                    "worker.deletion.DeletionEffect",
                    "worker.validate.ValidateEffect")
            .and(
                    "works on our own database for a run, and hands on the client of the session that it has for that",
                    "worker.crawl.CrawlExecutor",
                    "worker.crawl.KnownObjects",
                    "worker.deletion.Deletion")
            .and("makes stores for the heartbeat's own connection", "worker.execution.HeartbeatDatabase")
            .and("hands the loops' own client to those who make stores for them", "loop.BackgroundDatabase");

    private static final Exceptions NAME_A_DRIVER = Exceptions.none()
            .and("hears the bell of our own database", "outbox.EventRelay")
            .and("writes to our own database by COPY", "worker.catalog.StagingTable")
            .and("cancels statements on our own database", "worker.catalog.StatementCanceller")
            .and("is beside a crawl what COPY can do", "benchmark.PlainCopy")
            .and(
                    "connects to the databases that it has started",
                    "benchmark.MeasuredService",
                    "benchmark.GeneratedMysql");

    private static final Exceptions PUBLIC = Exceptions.none()
            .and(
                    "is made by Tomcat, by its name",
                    "api.http.connector.GuardedProtocol",
                    "api.http.problem.ProblemReportValve")
            .and(
                    "is made by MariaDB's driver, as a service",
                    "worker.source.mysql.MysqlCredentials",
                    "worker.source.mysql.MysqlTls")
            .and("is made by Microsoft's driver, which takes its name", "worker.source.sqlserver.SqlServerSockets")
            .and("has constants, which the compiler copies to where they are used", "task.Topics");

    @Test
    void onlyStoresAndTheirLikesSpeakSql() {
        DescribedPredicate<JavaClass> speaks = describe(
                "touch JdbcClient",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(it -> it.getTargetClass().isAssignableTo(JdbcClient.class)));
        noClasses()
                .that(not(SPEAK_SQL.named()))
                .and(not(describe("own statements", type -> topLevel(type).matches(".*(Store|Outbox)"))))
                .and(not(describe("are labs", type -> House.BENCHMARK.has(type) || House.FAULTS.has(type))))
                .should(beSuch(speaks))
                .check(House.MAIN);
        assertThat(SPEAK_SQL.unusedAmong(House.MAIN.that(speaks)))
                .as("exceptions that nothing needs")
                .isEmpty();
    }

    @Test
    void onlyWhatAnotherPackageUsesIsPublic() {
        Set<JavaClass> used = House.ALL.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(it -> !it.getOriginClass()
                        .getPackageName()
                        .equals(it.getTargetClass().getPackageName()))
                .map(it -> topLevelOf(it.getTargetClass()))
                .collect(Collectors.toSet());
        classes()
                .that()
                .areTopLevelClasses()
                .and(describe(
                        "are not programs",
                        type -> type.tryGetMethod("main", String[].class).isEmpty()))
                .and(not(PUBLIC.named()))
                .and(describe("no other package uses", type -> !used.contains(type)))
                .should()
                .notBePublic()
                .check(House.ALL.that(describe("main", type -> House.MAIN.contain(type.getName()))));
    }

    @ParameterizedTest
    @EnumSource(House.class)
    void packagesOfAModuleDependOnEachOtherInOneDirection(House module) {
        slices().assignedFrom(new PackageByPackage()).should().beFreeOfCycles().check(module.classes());
    }

    @Test
    void theApiAndTheWorkerDoNotKnowEachOther() {
        noClasses()
                .that(resideInAPackage("dev.connections.api.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.connections.worker..")
                .check(House.MAIN);
        noClasses()
                .that(resideInAPackage("dev.connections.worker.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.connections.api..")
                .check(House.MAIN);
    }

    @Test
    void namesSayWhatAThingIs() {
        Pattern empty = Pattern.compile("(Util|Utils|Common|Impl|Helper|Helpers|Manager)(?![a-z])");
        noClasses()
                .should(beSuch(describe(
                        "have a name that says nothing",
                        type -> empty.matcher(type.getSimpleName()).find())))
                .check(House.ALL);
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..")
                .check(House.ALL);
    }

    @Test
    void onlyProgramsForTheCommandLinePrint() {
        noClasses()
                .that(not(describe(
                        "are programs for the command line",
                        type -> House.BENCHMARK.has(type)
                                || House.FAULTS.has(type)
                                || topLevel(type).equals("Standalone"))))
                .should(ACCESS_STANDARD_STREAMS)
                .check(House.MAIN);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(House.MAIN);
    }

    @Test
    void onlySourcesNameTheirDrivers() {
        DescribedPredicate<JavaClass> names = describe(
                "name a driver",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(it -> resideInAnyPackage(DRIVERS).test(it.getTargetClass())));
        noClasses()
                .that(not(resideInAPackage("dev.connections.worker.source..")))
                .and(not(NAME_A_DRIVER.named()))
                .should(beSuch(names))
                .check(House.MAIN);
        assertThat(NAME_A_DRIVER.unusedAmong(House.MAIN.that(names)))
                .as("exceptions that nothing needs")
                .isEmpty();
    }

    @Test
    void technologiesDoNotKnowEachOther() {
        slices().matching("dev.connections.worker.source.(*)..")
                .that(describe(
                        "are technologies",
                        slice -> !List.of("jdbc", "http", "pgwire").contains(slice.getNamePart(1))))
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(House.TASK_WORKER.classes());
    }

    @Test
    void onlySourcesNameATechnology() {
        noClasses()
                .that()
                .resideInAPackage("dev.connections.worker..")
                .and()
                .resideOutsideOfPackage("dev.connections.worker.source..")
                .should(beSuch(describe(
                        "name a technology",
                        type -> type.getFieldAccessesFromSelf().stream()
                                .anyMatch(it -> it.getTargetOwner().isEquivalentTo(Technology.class)))))
                .check(House.TASK_WORKER.classes());
    }

    @Test
    void aTechnologyShowsItsSourceAndNothingElse() {
        Pattern technology = Pattern.compile("dev\\.connections\\.worker\\.source\\.(?!jdbc|http|pgwire)\\w+");
        classes()
                .that(describe(
                        "are a technology's",
                        type -> technology.matcher(type.getPackageName()).matches()))
                .and()
                .areTopLevelClasses()
                .and()
                .arePublic()
                .and(not(PUBLIC.named()))
                .should()
                .haveSimpleNameEndingWith("Source")
                .andShould()
                .implement("dev.connections.worker.source.Source")
                .check(House.TASK_WORKER.classes());
    }

    @Test
    void theModelKnowsNothingOfHttp() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.web..",
                        "org.springframework.http..",
                        "jakarta.servlet..",
                        "java.net.http..")
                .check(House.COMMON_MODEL.classes());
    }

    @Test
    void onlyTheSealerKnowsTheKeys() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SecretSealer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.crypto..")
                .check(House.MAIN);
    }

    @Test
    void storesOfTheModelAreFinal() {
        classes()
                .that(simpleNameEndingWith("Store"))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(House.COMMON_MODEL.classes());
    }

    private static String topLevel(JavaClass type) {
        return topLevelOf(type).getSimpleName();
    }

    private static JavaClass topLevelOf(JavaClass type) {
        return type.getEnclosingClass().map(HouseRulesTest::topLevelOf).orElse(type);
    }

    private static ArchCondition<JavaClass> beSuch(DescribedPredicate<JavaClass> predicate) {
        return new ArchCondition<>(predicate.getDescription()) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        type,
                        predicate.test(type),
                        type.getName() + " is one of those that " + predicate.getDescription()));
            }
        };
    }

    /** Each package by itself, also one that has others below it. */
    private static final class PackageByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("dev.connections")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }
}
