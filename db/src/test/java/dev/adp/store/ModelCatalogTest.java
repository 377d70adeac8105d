package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.adp.domain.ModelPrice;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {
  private static final String VERSION = "# version: test";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void everyShippedRowIsReadAndSaysWhereItComesFrom() throws IOException {
    List<String> rows = shippedRows();
    PriceCatalog catalog = ModelCatalog.parse(shippedLines());
    assertThat(rows).hasSizeGreaterThan(250);
    assertThat(rows)
        .allSatisfy(
            row -> {
              String[] cells = row.split("\t", -1);
              assertThat(cells).hasSize(12);
              Instant at =
                  cells[2].isEmpty() ? Instant.EPOCH : Instant.parse(cells[2] + "T00:00:00Z");
              ModelPrice price = catalog.find(cells[0], cells[1], at).orElseThrow();
              assertThat(price.source()).isNotBlank();
              assertThat(price.rates().isEmpty()).isFalse();
              assertThat(price.tiers()).allSatisfy(t -> assertThat(t.rates().isEmpty()).isFalse());
            });
  }

  @Test
  void noShippedRowStandsTwice() throws IOException {
    assertThat(shippedRows())
        .extracting(row -> List.of(row.split("\t", -1)).subList(0, 3))
        .doesNotHaveDuplicates();
  }

  @Test
  void noShippedPriceIsAGuess() throws IOException {
    assertThat(shippedRows()).noneMatch(row -> row.contains("UNVERIFIED"));
  }

  /** Cached input is never dearer than input: two columns that were swapped would show here. */
  @Test
  void noShippedCacheReadIsDearerThanInput() throws IOException {
    assertThat(shippedRows())
        .allSatisfy(
            row -> {
              String[] cells = row.split("\t", -1);
              if (!cells[3].isEmpty() && !cells[5].isEmpty()) {
                assertThat(Double.parseDouble(cells[5]))
                    .isLessThanOrEqualTo(Double.parseDouble(cells[3]));
              }
            });
  }

  @Test
  void shippedRatesAreExactInMicrocents() {
    PriceCatalog catalog = ModelCatalog.shipped();
    assertThat(catalog.version()).matches("\\d{4}-\\d{2}-\\d{2}.*");
    assertThat(catalog.find("OPENAI", "gpt-4.1-nano", NOW).orElseThrow().rates())
        .isEqualTo(
            new Rates(
                Optional.of(10_000_000L),
                Optional.of(40_000_000L),
                Optional.of(2_500_000L),
                Optional.empty(),
                Optional.empty()));
    assertThat(catalog.find("OPENAI", "gpt-5.4", NOW).orElseThrow().ratesFor(272_001).cachedInput())
        .contains(50_000_000L);
  }

  @Test
  void modelsAreThoseOfTheTypeWithThePricesOfNow() {
    PriceCatalog catalog =
        ModelCatalog.parse(
            List.of(
                VERSION,
                "OPENAI\tb\t\t1\t2\t\t\t\t\t\tsource\t",
                "OPENAI\ta\t2026-11-22\t3\t4\t\t\t\t\t\tsource\t",
                "OPENAI\ta\t\t5\t6\t\t\t\t\t\tsource\t",
                "OPENAI\tnext-year\t2027-01-01\t5\t6\t\t\t\t\t\tsource\t",
                "GOOGLE\tc\t\t7\t8\t\t\t\t\t\tsource\t"));
    var models = new ModelCatalog(catalog, new TestClock(NOW));
    assertThat(models.models(READER, "OPENAI"))
        .extracting(ModelPrice::model, price -> price.rates().input().orElseThrow())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("b", 100_000_000L),
            org.assertj.core.groups.Tuple.tuple("a", 300_000_000L));
    assertThat(models.find(READER, "OPENAI", "next-year")).isEmpty();
    assertThat(models.find(READER, "GOOGLE", "c")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPENAI\tm\t\t-1\t2\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\tone\t2\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t0.000000001\t2\t\t\t\t\t\tsource\t", // Not a whole number of microcents.
        "OPENAI\tm\t\t10001\t2\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t2026-13-01\t1\t2\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\tmany:in=2\t\tsource\t",
        "OPENAI\tm",
      })
  void aRowThatBreaksTheFormatIsRefusedWithItsLine(String row) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCatalog.parse(List.of(VERSION, row)))
        .withMessageStartingWith("catalogue line 2: OPENAI\tm");
  }

  @Test
  void aCatalogueWithoutAVersionIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCatalog.parse(List.of("OPENAI\tm\t\t1\t2\t\t\t\t\t\tsource\t")))
        .withMessageContaining("# version: …");
  }

  private static List<String> shippedLines() throws IOException {
    try (var stream =
        requireNonNull(ModelCatalogTest.class.getResourceAsStream("/catalog/models.tsv"))) {
      return new String(stream.readAllBytes(), UTF_8).lines().toList();
    }
  }

  private static List<String> shippedRows() throws IOException {
    return shippedLines().stream()
        .filter(line -> !line.startsWith("#") && !line.startsWith("provider_type\t"))
        .toList();
  }
}
