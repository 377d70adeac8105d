package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.Catalogs;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void whatShipsIsAWholeCatalogueThatSaysWhereEachFigureComesFrom() {
    CatalogFile shipped = CatalogFile.parseWhole(ModelCatalog.shippedFile().text());
    assertThat(shipped.catalog().rows()).hasSizeGreaterThan(290);
    assertThat(shipped.catalog().rows())
        .allSatisfy(row -> assertThat(row.source()).isNotBlank())
        .noneSatisfy(row -> assertThat(row.note()).contains("UNVERIFIED"));
  }

  /** Each line stands for all that is said in one place, so that a slip of a column shows. */
  @Test
  void shippedRatesAreExactInMicrocents() {
    PriceCatalog catalog = ModelCatalog.shipped();
    assertThat(catalog.find("OPENAI", "gpt-4.1-nano", NOW).orElseThrow().rates())
        .isEqualTo(
            new Rates(
                Optional.of(10_000_000L),
                Optional.of(40_000_000L),
                Optional.of(2_500_000L),
                Optional.empty(),
                Optional.empty()));
    ModelPrice haiku = catalog.find("ANTHROPIC", "claude-haiku-5-5", NOW).orElseThrow();
    assertThat(haiku.ratesFor(100_000).cacheWrite1h()).contains(20_000_000L);
    assertThat(haiku.ratesFor(100_001).cacheWrite1h()).contains(100_000_000L);
    assertThat(haiku.capabilities()).contains("chat");
    assertThat(haiku.multiplier("batch")).contains(new BigDecimal("0.5"));
  }

  @ParameterizedTest
  @CsvSource({
    "GOOGLE, gemini-3.8-flash, 2026-12-31T23:59:59Z, 75000000",
    "GOOGLE, gemini-3.8-flash, 2027-01-01T00:00:00Z, 150000000",
    "GOOGLE, gemini-4-carbon, 2026-11-30T23:59:59Z, 200000000",
    "GOOGLE, gemini-4-carbon, 2026-12-01T00:00:00Z, 400000000",
  })
  void shippedChangesAreDated(String type, String model, Instant at, long input) {
    assertThat(ModelCatalog.shipped().find(type, model, at).flatMap(p -> p.rates().input()))
        .contains(input);
  }

  @Test
  void modelsAreThoseOfTheTypeWithThePricesOfNow() {
    PriceCatalog catalog =
        CatalogFile.parse(
                Catalogs.text(
                    "2026-11-22",
                    "OPENAI\tb\t\t1\t2\t\t\t\t\t\t\t\tsource\t",
                    "OPENAI\ta\t2026-11-22\t3\t4\t\t\t\t\t\t\t\tsource\t",
                    "OPENAI\ta\t\t5\t6\t\t\t\t\t\t\t\tsource\t",
                    "OPENAI\tnext-year\t2027-01-01\t5\t6\t\t\t\t\t\t\t\tsource\t",
                    "GOOGLE\tc\t\t7\t8\t\t\t\t\t\t\t\tsource\t"))
            .catalog();
    var models = new ModelCatalog(catalog, new TestClock(NOW));
    assertThat(models.models(READER, "OPENAI"))
        .extracting(ModelPrice::model, price -> price.rates().input().orElseThrow())
        .containsExactly(tuple("b", 100_000_000L), tuple("a", 300_000_000L));
    assertThat(models.find(READER, "OPENAI", "next-year")).isEmpty();
    assertThat(models.find(READER, "GOOGLE", "c")).isPresent();
  }
}
