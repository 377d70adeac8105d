package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.MasterKey;
import dev.adp.store.ModelCatalog;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./adp catalog} as people run it, against a running installation and without one. */
@ExtendWith(World.class)
class CatalogCommandTest {
  private static final String SHIPPED = ModelCatalog.shippedFile().text();

  /** A row that no other test needs: its beginning, up to its input rate. */
  private static final String ROW = "OPENAI\tgpt-3.5-turbo\t\t0.5\t";

  @TempDir Path folder;

  @Test
  void whatIsGoodIsCheckedAgainstWhatIsInForceAndBroughtInOnce(Program program) {
    Path file = file("2097-01-01", ROW);
    Program person = person(program);
    assertThat(person.run("catalog", "check", file.toString())).isZero();
    assertThat(person.out())
        .contains("which ships:\nNo row differs.\n")
        .contains("which is in force at " + program.portal())
        .doesNotContain("Not compared");
    assertThat(person.run("catalog", "import", file.toString())).isZero();
    String first = person.out();
    assertThat(first).matches("Version 2097-01-01 is ACTIVE \\(id [0-9]+\\)\\.");
    assertThat(person.run("catalog", "import", file.toString())).isZero();
    assertThat(person.out()).as("brought again").isEqualTo(first);
    JsonObject active = program.rest().get("/v1/catalog/versions/active");
    assertThat(active.getString("content")).isEqualTo(read(file));
    assertThat(active.getString("source")).isEqualTo("import by service-account:admin");

    assertThat(person.run("catalog", "import", file("2096-01-01", ROW).toString())).isOne();
    assertThat(person.err())
        .endsWith("adp: version 2096-01-01 is not newer than 2097-01-01, which is in force.");
  }

  @Test
  void aPriceThatMovesFarWaitsAndThePersonIsToldHowToApproveIt(Program program) {
    Path file = file("2098-01-01", ROW.replace("0.5", "500"));
    Program person = person(program);
    assertThat(person.run("catalog", "import", file.toString())).isZero();
    assertThat(person.out())
        .contains("Version 2098-01-01 is PENDING")
        .contains("LLM_PROVIDER_TYPE_OPENAI gpt-3.5-turbo: a price moves more than twofold")
        .containsPattern("POST /v1/catalog/versions/[0-9]+/approve puts it in force\\.");
    assertThat(
            program
                .rest()
                .get("/v1/models?provider_type=LLM_PROVIDER_TYPE_OPENAI&name=gpt-3.5-turbo")
                .encode())
        .contains("\"input_per_million\":\"50000000\"");
  }

  @Test
  void whoMayNotBringOneIsToldWhichPermissionHeLacks(Program program) throws IOException {
    JsonObject reader = reader(program);
    JsonObject credentials =
        program
            .credentials()
            .put("client_id", reader.getString("client_id"))
            .put("client_secret", reader.getString("client_secret"));
    Files.writeString(folder.resolve("credentials.json"), credentials.encode());
    var asReader = Program.prepared("up", folder);
    Path file = file("2099-01-01", ROW);
    assertThat(asReader.run("catalog", "import", file.toString())).isOne();
    assertThat(asReader.err()).endsWith("adp: lacks permission dataplane_adp_catalog_update.");
    assertThat(asReader.run("catalog", "check", file.toString())).isZero();
    assertThat(asReader.out()).contains("which is in force at " + program.portal());
  }

  /** Nothing of it is brought in by halves, and bringing it again is all that is to be done. */
  @Test
  void whileTheDatabaseIsAwayNothingIsBroughtAndThePersonIsToldSo() throws Exception {
    Vertx vertx = Vertx.vertx();
    Path file = file("2097-06-01", ROW);
    try (var postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        var relay = Relay.to(vertx, postgres.port());
        var control =
            Program.prepared(
                    "up",
                    "ADP_ROLES",
                    "control",
                    "ADP_DATABASE_URL",
                    relay.instead(postgres.databaseUrl()),
                    "ADP_MASTER_KEY",
                    MasterKey.generate())
                .start()) {
      Program person = person(control);
      relay.cut();
      assertThat(person.run("catalog", "import", file.toString())).isOne();
      assertThat(person.err()).contains("adp: ").containsIgnoringCase("database");
      relay.mend();
      eventually(() -> assertThat(person.run("catalog", "import", file.toString())).isZero());
      assertThat(person.out()).startsWith("Version 2097-06-01 is ACTIVE");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void withoutAnInstallationAFileCanBeCheckedButNotBrought() {
    var nobody = Program.prepared("up", folder);
    Path file = file("2099-01-01", ROW.replace("0.5", "0"));
    assertThat(nobody.run("catalog", "check", file.toString())).isZero();
    assertThat(nobody.out())
        .contains("OPENAI gpt-3.5-turbo 0.5/1.5/-/-/- -> 0/1.5/-/-/-  HELD")
        .contains("An administrator must approve it.")
        .contains("Not compared with what is in force: there is no credentials.json");
    assertThat(nobody.run("catalog", "import", file.toString())).isOne();
    assertThat(nobody.err()).contains("adp: there is no credentials.json in ");
    assertThat(nobody.run("catalog", "check", folder.resolve("none").toString())).isOne();
    assertThat(nobody.err()).endsWith("adp: there is no file " + folder.resolve("none") + ".");
  }

  /** Who runs commands beside the running program, with what that has left for him. */
  private static Program person(Program program) {
    return Program.prepared("up", program.data());
  }

  private static JsonObject reader(Program program) {
    Rest rest = program.rest();
    rest.post(
        "/v1/service-accounts",
        new JsonObject()
            .put("name", "catalog-reader")
            .put("display_name", "Reads only")
            .put("role", "Reader"));
    return rest.post("/v1/service-accounts/catalog-reader/credentials", new JsonObject());
  }

  private Path file(String version, String row) {
    Path file = folder.resolve(version + ".tsv");
    try {
      Files.writeString(
          file, SHIPPED.replaceFirst("# version: .*", "# version: " + version).replace(ROW, row));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
