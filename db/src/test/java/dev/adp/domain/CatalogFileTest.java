package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.domain.Failure.Invalid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogFileTest {
  private static final String FULL =
      "OPENAI\tm\t2026-11-24\t2.5\t15\t0.25\t3\t5\t100:in=5,cr=0.5 200:in=6\t1050000"
          + "\tchat,web_search\tbatch=0.5,priority=1.75\tprice page\tas of today";

  @Test
  void everyCellOfARowIsRead() {
    PriceCatalog catalog = CatalogFile.parse(Catalogs.text("2026-11-24.1", FULL)).catalog();
    assertThat(catalog.version()).isEqualTo("2026-11-24.1");
    ModelPrice row = catalog.rows().getFirst();
    assertThat(row.effectiveFrom()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(row.rates())
        .isEqualTo(
            new Rates(
                Optional.of(250_000_000L),
                Optional.of(1_500_000_000L),
                Optional.of(25_000_000L),
                Optional.of(300_000_000L),
                Optional.of(500_000_000L)));
    assertThat(row.ratesFor(100).input()).contains(250_000_000L);
    assertThat(row.ratesFor(101).cachedInput()).contains(50_000_000L);
    assertThat(row.ratesFor(201).input()).contains(600_000_000L);
    assertThat(row.contextTokens()).contains(1_050_000L);
    assertThat(row.capabilities()).containsExactly("chat", "web_search");
    assertThat(row.multiplier("priority")).contains(new BigDecimal("1.75"));
    assertThat(row.source()).isEqualTo("price page");
    assertThat(row.note()).isEqualTo("as of today");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPENAI\tm\t\t-1\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\tone\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t1e3\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t0.000000001\t2\t\t\t\t\t\t\t\tsource\t", // No whole number of microcents.
        "OPENAI\tm\t\t10001\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t1.5\t\t\t\t\t\t\tsource\t", // Cached input dearer than input.
        "OPENAI\tm\t2026-13-01\t1\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\tmany:in=2\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t100:in=2 100:in=3\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t100:input=2\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t100\t\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t0\t\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t\tChat!\t\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t\t\tbatch=0\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t\t\tbatch\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t\t\tbatch=101\tsource\t",
        "OPENAI\tm\t\t1\t2\t\t\t\t\t\t\t\t\t",
        "OPENAI\t \t\t1\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm\u0000\t\t1\t2\t\t\t\t\t\t\t\tsource\t",
        "AZURE\tm\t\t1\t2\t\t\t\t\t\t\t\tsource\t",
        "OPENAI\tm",
      })
  void aRowThatBreaksTheFormatIsRefusedByItsLine(String row) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.parse(Catalogs.text("2026-11-24", row)))
        .satisfies(
            e -> assertThat(e.violations()).extracting(Violation::field).containsOnly("line 4"));
  }

  @Test
  void allLinesThatAreWrongAreNamedAtOnce() {
    String text =
        Catalogs.text("2026-11-24", Catalogs.row("OPENAI", "m", "x", "y"), FULL, FULL, "nothing");
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.parse(text))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field, Violation::message)
                    .contains(
                        tuple("line 6", "stands there twice: OPENAI m"),
                        tuple("line 7", "must have 14 cells, not 1"))
                    .extracting(pair -> pair.toList().getFirst())
                    .contains("line 4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# format: 2\n",
        "# format: 1\n# version: 2026-11-24\n",
        "# format: 2\n# version: tomorrow\n",
        "# format: 2\n# version: 2026-11-24\n# version: 2026-11-25\n",
      })
  void aFileWithoutItsHeaderIsRefused(String text) {
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> CatalogFile.parse(text));
  }

  @Test
  void columnsInAnotherOrderAreRefused() {
    String text = Catalogs.text("2026-11-24", FULL).replace("input\toutput", "output\tinput");
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.parse(text))
        .withMessageContaining("line 3: must name the columns");
  }

  @Test
  void aFileThatWasCutIsNoWholeCatalogue() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.parseWhole(Catalogs.text("2026-11-24", FULL)))
        .withMessageContaining("has 1 rows");
    assertThat(CatalogFile.parseWhole(Catalogs.whole("2026-11-24", FULL)).catalog().rows())
        .hasSize(CatalogFile.ROWS_MIN + 1);
    String endless = "#".repeat(CatalogFile.BYTES_MAX + 1);
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> CatalogFile.parse(endless));
  }

  @Test
  void whatIsTooLargeOrNoTextIsNotEvenRead() throws IOException {
    byte[] endless = new byte[CatalogFile.BYTES_MAX + 1];
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.text(new ByteArrayInputStream(endless)))
        .withMessageContaining("at most 1048576 bytes");
    byte[] binary = {'#', (byte) 0xff};
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> CatalogFile.text(new ByteArrayInputStream(binary)))
        .withMessageContaining("must be UTF-8");
    byte[] text = "# ä\n".getBytes(StandardCharsets.UTF_8);
    assertThat(CatalogFile.text(new ByteArrayInputStream(text))).isEqualTo("# ä\n");
  }

  @Test
  void aDigestIsThatOfTheText() {
    String text = Catalogs.text("2026-11-24", FULL);
    assertThat(CatalogFile.parse(text).digest())
        .isEqualTo(CatalogFile.digest(text))
        .isNotEqualTo(CatalogFile.digest(text + "\n"))
        .matches("[0-9a-f]{64}");
    assertThat(List.of(CatalogFile.digest("abc")))
        .containsExactly("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
