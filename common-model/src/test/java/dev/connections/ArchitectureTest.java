package dev.connections;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void onlyStoresAndTheirLikesSpeakSql() {
        noClasses()
                .that()
                .haveNameNotMatching(".*(Store|Outbox|Sweep|EventBell|OutboxConfiguration)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(JdbcClient.class)
                .check(CODE);
    }

    @Test
    void featuresDependOnEachOtherInOneDirection() {
        slices().matching("dev.connections.(*)..").should().beFreeOfCycles().check(CODE);
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
                .check(CODE);
    }

    @Test
    void onlyTheSealerKnowsTheKeys() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SecretSealer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.crypto..")
                .check(CODE);
    }

    @Test
    void storesAreFinal() {
        classes()
                .that(simpleNameEndingWith("Store"))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CODE);
    }
}
