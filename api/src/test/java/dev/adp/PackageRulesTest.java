package dev.adp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What may depend on what in this module. */
class PackageRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.adp.api", "dev.adp.gateway", "dev.adp.http");

  @Test
  void theRulesSeeTheClasses() {
    assertThat(CLASSES.contain("dev.adp.gateway.Exchange")).isTrue();
    assertThat(CLASSES.contain("dev.adp.http.AccessTokens")).isTrue();
    assertThat(CLASSES.contain("dev.adp.api.Problems")).isTrue();
  }

  @Test
  void nobodyHereSpeaksSql() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.jooq..", "io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..")
        .check(CLASSES);
  }

  @Test
  void restAndGatewayDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.adp.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.adp.api")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.adp.api")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.adp.gateway..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.adp.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.adp.api", "dev.adp.gateway", "dev.adp.portal")
        .check(CLASSES);
  }

  /**
   * Records leave it through {@code UsageLedger}, whose journal writes on a thread of its own and
   * returns while its disk takes nothing: {@code UsageJournalTest} shows that with a full one.
   */
  @Test
  void theGatewayHasNoWayToTheDatabaseOrToFiles() {
    noClasses()
        .that()
        .resideInAPackage("dev.adp.gateway..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.adp.store.Database")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file", "java.util.concurrent.locks")
        .check(CLASSES);
  }
}
