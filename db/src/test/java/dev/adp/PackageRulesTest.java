package dev.adp;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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
          .importPackages("dev.adp");

  @Test
  void theRulesSeeTheClasses() {
    assertThat(CLASSES.contain("dev.adp.domain.Cost")).isTrue();
    assertThat(CLASSES.contain("dev.adp.store.Database")).isTrue();
  }

  @Test
  void theDomainIsPlainJava() {
    classes()
        .that()
        .resideInAPackage("dev.adp.domain")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify.annotations", "dev.adp.domain"))
        .check(CLASSES);
  }

  @Test
  void theStoreKnowsNothingOfTheWeb() {
    noClasses()
        .that()
        .resideInAPackage("dev.adp.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.ext.web..",
            "io.vertx.core.http..",
            "software.amazon..",
            "dev.adp.api..",
            "dev.adp.gateway..",
            "dev.adp.http..",
            "dev.adp.portal..")
        .check(CLASSES);
  }

  @Test
  void theEmbeddedServerKnowsNothingOfTheStore() {
    noClasses()
        .that()
        .resideInAPackage("dev.adp.store.embedded")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.adp.store", "dev.adp.domain")
        .check(CLASSES);
  }
}
