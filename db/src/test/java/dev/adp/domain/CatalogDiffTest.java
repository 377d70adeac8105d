package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CatalogDiff.Change;
import dev.adp.domain.CatalogDiff.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogDiffTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final String OLD = Catalogs.row("OPENAI", "m", "2", "8");

  @ParameterizedTest
  @CsvSource({
    "2, 8, 0, false",
    "4, 8, 1, false", // Twofold is not more than twofold.
    "4.01, 8, 1, true",
    "1, 4, 1, false",
    "0.99, 8, 1, true",
    "2, 17, 1, true",
    "0, 8, 1, true", // To free.
  })
  void aPriceThatMovesMoreThanTwofoldIsHeld(String in, String out, int changes, boolean held) {
    CatalogDiff diff = diff(OLD, Catalogs.row("OPENAI", "m", in, out));
    assertThat(diff.changes()).hasSize(changes);
    assertThat(diff.held()).isEqualTo(held);
  }

  @Test
  void aDatedRowIsHowAPriceMoves() {
    String soon = Catalogs.dated("OPENAI", "m", "2026-12-01", "20", "80");
    CatalogDiff diff = diff(OLD, OLD + "\n" + soon);
    assertThat(diff.changes()).extracting(Change::kind).containsExactly(Kind.ADDED);
    assertThat(diff.held()).isFalse();
    assertThat(diff(OLD + "\n" + soon, OLD + "\n" + soon.replace("20", "90")).held()).isTrue();
  }

  @Test
  void aRowThatVanishesIsHeld() {
    CatalogDiff diff = diff(OLD, Catalogs.row("OPENAI", "other", "1", "1"));
    assertThat(diff.changes())
        .extracting(Change::kind, Change::heldBecause)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Kind.ADDED, ""),
            org.assertj.core.groups.Tuple.tuple(Kind.REMOVED, "the row vanishes"));
    assertThat(diff.counts()).containsEntry(Kind.REMOVED, 1L).doesNotContainKey(Kind.CHANGED);
  }

  /** Otherwise a date on the old row, taken away, would carry the new price past everybody. */
  @Test
  void anUndatedRowBesideADatedOneIsAMoveOfIt() {
    String dated = Catalogs.dated("OPENAI", "m", "2026-01-01", "2", "8");
    assertThat(diff(dated, dated + "\n" + Catalogs.row("OPENAI", "m", "20", "80")).held()).isTrue();
    assertThat(diff(dated, dated + "\n" + Catalogs.row("OPENAI", "m", "3", "8")).held()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "100:in=4, 100:in=5, false",
    "100:in=4, 100:in=9, true",
    "100:in=5, '', true", // The tier vanishes: long prompts fall from 5 to 2.
    "'', 100:in=5, true",
    "100:in=4, 200:in=4, false",
    "100:in=40, 200:in=40, true",
  })
  void aTierIsAPriceToo(String before, String after, boolean held) {
    assertThat(diff(tiered(before), tiered(after)).held()).isEqualTo(held);
  }

  @Test
  void aRateThatVanishesAndAMultiplierThatMovesAreHeld() {
    String cached = OLD.replace("8\t", "8\t0.5");
    assertThat(diff(cached, OLD).held()).isTrue();
    assertThat(diff(OLD, cached).held()).isFalse();
    String batch = OLD.replace("\ta test", "batch=0.5\ta test");
    assertThat(diff(batch, OLD).held()).isTrue();
    assertThat(diff(batch, batch.replace("0.5", "0.2")).held()).isTrue();
    assertThat(diff(batch, batch.replace("0.5", "0.6")).held()).isFalse();
  }

  @Test
  void theSameRowsInAnotherOrderAreNoChange() {
    String other = Catalogs.row("GOOGLE", "g", "1", "1");
    assertThat(diff(OLD + "\n" + other, other + "\n" + OLD).changes()).isEmpty();
  }

  /** A date in the past is no notice: calls of today would cost ten times as much at once. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23, 20, true",
    "2026-11-23, 4, false",
    "2026-11-24, 20, false", // Today is how a change that holds from today is published.
    "2026-11-25, 20, false",
  })
  void aRowForDaysThatHavePassedIsAMoveOfTheOneThatHeldOnThem(
      String from, String in, boolean held) {
    assertThat(diff(OLD, OLD + "\n" + Catalogs.dated("OPENAI", "m", from, in, "8")).held())
        .isEqualTo(held);
  }

  @Test
  void aRowForDaysThatHavePassedIsComparedWithNoneOfOtherDays() {
    String before = Catalogs.row("OPENAI", "m", "0.5", "8");
    String rise = Catalogs.dated("OPENAI", "m", "2026-01-01", "5", "8");
    String later = Catalogs.dated("OPENAI", "m", "2026-06-01", "6", "8");
    assertThat(diff(before + "\n" + rise, before + "\n" + rise + "\n" + later).held()).isFalse();
  }

  private static String tiered(String tiers) {
    return OLD.replace("8\t\t\t\t", "8\t\t\t\t" + tiers);
  }

  private static CatalogDiff diff(String before, String after) {
    return CatalogDiff.between(
        CatalogFile.parse(Catalogs.text("2026-11-23", before)).catalog(),
        CatalogFile.parse(Catalogs.text("2026-11-24", after)).catalog(),
        NOW);
  }
}
