package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.CatalogFile;
import dev.adp.store.ModelCatalog;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./adp catalog check} says of a file, without a server. */
class CatalogCommandTest {
  private static final CatalogFile SHIPPED = ModelCatalog.shippedFile();
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  /** A row of the file that ships: its beginning, up to its input rate. */
  private static final String ROW = "OPENAI\tgpt-4.1\t\t2\t";

  @TempDir Path folder;

  @Test
  void theShippedFileDiffersInNothingFromItself() {
    assertThat(check(text -> text))
        .isEqualTo(
            """
            %1$s, %2$d rows, compared with %1$s, which ships:
            No row differs.
            """
                .formatted(SHIPPED.version(), SHIPPED.catalog().rows().size()));
  }

  @Test
  void aPriceATenthHigherIsListedAndNeedsNobody() {
    assertThat(check(text -> newer(text).replace(ROW, ROW.replace("\t2\t", "\t2.2\t"))))
        .contains("  CHANGED OPENAI gpt-4.1 2/8/0.5/-/- -> 2.2/8/0.5/-/-\n")
        .endsWith("It needs nobody's approval.\n");
  }

  @Test
  void aPriceAThousandTimesHigherIsHeld() {
    assertThat(check(text -> newer(text).replace(ROW, ROW.replace("\t2\t", "\t2000\t"))))
        .contains("2/8/0.5/-/- -> 2000/8/0.5/-/-  HELD: a price moves more than twofold")
        .endsWith("An administrator must approve it.\n");
  }

  @Test
  void aPriceThatBecomesFreeIsHeld() {
    assertThat(check(text -> newer(text).replace("OPENAI\tgpt-4\t\t30\t", "OPENAI\tgpt-4\t\t0\t")))
        .contains("OPENAI gpt-4 30/60/-/-/- -> 0/60/-/-/-  HELD: a price moves more than twofold");
  }

  @Test
  void aRowThatVanishesIsHeld() {
    assertThat(check(text -> newer(text).replaceFirst("(?m)^OPENAI\tgpt-4\t.*\n", "")))
        .contains("  REMOVED OPENAI gpt-4 30/60/-/-/- -> nothing  HELD: the row vanishes");
  }

  @Test
  void aFileOfTheSameVersionThatDiffersIsToldSo() {
    assertThat(check(text -> text.replace(ROW, ROW.replace("\t2\t", "\t2.2\t"))))
        .endsWith("It is not newer than %s: raise its version.\n".formatted(SHIPPED.version()));
  }

  @Test
  void whatIsNoCatalogueIsToldLineByLine() throws IOException {
    assertRefused(
        "{\"models\": [}", "is no price catalogue:", "must have one line \"# version: …\"");
    assertRefused(
        newer(SHIPPED.text()).replace("OPENAI\tgpt-4\t\t30\t60", "OPENAI\tgpt-4\t\tthirty"),
        "line ",
        "must have 14 cells, not 13");
    assertRefused(
        newer(SHIPPED.text()).replace("\tservice_tiers\t", "\tservice_tiers\tsurprise\t"),
        "must name the columns: provider_type");
    assertRefused(
        "# format: 2\n# version: 2026-11-25\n", "fewer than 100 cannot be a whole catalogue");
    assertRefused("x".repeat(CatalogFile.BYTES_MAX + 1), "file: must have at most 1048576 bytes");
  }

  @Test
  void whatTheInstallationRefusesIsToldWithAllThatIsWrong() {
    var problem =
        new JsonObject(
            """
            {"detail": "line 3: must have 14 cells, not 13", "errors": [
              {"field": "line 3", "message": "must have 14 cells, not 13"},
              {"field": "file", "message": "must have a version"}]}
            """);
    assertThat(CatalogCommand.refusal(problem, 422))
        .isEqualTo(
            """
            line 3: must have 14 cells, not 13.
              line 3: must have 14 cells, not 13
              file: must have a version""");
    assertThat(CatalogCommand.refusal(new JsonObject(), 503)).isEqualTo("status 503.");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogCommand.read(folder.resolve("none.tsv").toString()))
        .withMessage("there is no file %s.".formatted(folder.resolve("none.tsv")));
  }

  private void assertRefused(String text, String... parts) throws IOException {
    Path file = folder.resolve("catalog.tsv");
    Files.writeString(file, text);
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogCommand.read(file.toString()))
        .satisfies(e -> assertThat(e).message().contains(parts));
  }

  private static String check(UnaryOperator<String> change) {
    CatalogFile file = CatalogFile.parseWhole(change.apply(SHIPPED.text()));
    return CatalogCommand.check(file, SHIPPED, "which ships", NOW);
  }

  private static String newer(String text) {
    return text.replaceFirst("# version: .*", "# version: 2099-01-01");
  }
}
