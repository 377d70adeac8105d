package dev.adp.terraform;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may depend on what in this module. */
class PackageRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.adp");

  @Test
  void theRulesSeeTheClasses() {
    assertThat(CLASSES.contain("dev.adp.terraform.redpanda.Main")).isTrue();
  }

  /** The SDK knows nothing of the provider, its core nothing of gRPC, and all nothing of ours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cty | com.google.gson",
        "wire | java.util",
        "schema | dev.adp.terraform.cty",
        "sdk | dev.adp.terraform.cty dev.adp.terraform.schema",
        "rpc | com.google.gson dev.adp.terraform.cty dev.adp.terraform.schema dev.adp.terraform.sdk"
            + " dev.adp.terraform.wire",
        "grpc | java.util",
        "plugin | com.google.gson javax.net.ssl dev.adp.terraform.grpc",
        "redpanda | com.google.gson javax.net.ssl com.sun.net.httpserver dev.adp.terraform.cty"
            + " dev.adp.terraform.schema dev.adp.terraform.sdk dev.adp.terraform.rpc"
            + " dev.adp.terraform.plugin dev.adp.terraform.wire"
      })
  void layers(String layer, String allowed) {
    String self = "dev.adp.terraform." + layer;
    classes()
        .that()
        .resideInAPackage(self)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify.annotations", self)
                .or(resideInAnyPackage(allowed.split(" "))))
        .check(CLASSES);
  }
}
