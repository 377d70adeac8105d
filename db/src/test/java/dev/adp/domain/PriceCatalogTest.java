package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceCatalogTest {
  private static final Instant AUTUMN = Instant.parse("2026-09-01T00:00:00Z");
  private static final Instant WINTER = Instant.parse("2026-12-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({"199999, 1", "200000, 1", "200001, 10", "272000, 10", "272001, 100"})
  void aTierHoldsStrictlyAboveItsThreshold(long promptTokens, long rate) {
    var price =
        new ModelPrice(
            "OPENAI",
            "tiered",
            Instant.EPOCH,
            input(1),
            List.of(
                new ModelPrice.Tier(200_000, input(10)), new ModelPrice.Tier(272_000, input(100))),
            Optional.empty(),
            "test");
    assertThat(price.ratesFor(promptTokens).input()).contains(rate);
  }

  @Test
  void theWholeCallIsBilledAtTheTierAndCachesCountTowardsIt() {
    var tier = new ModelPrice.Tier(100, rates(10_000_000, 20_000_000));
    var catalog =
        new PriceCatalog(
            "v", List.of(row("m", Instant.EPOCH, rates(1_000_000, 2_000_000), List.of(tier))));
    Cost below = price(catalog, "m", "m", new Tokens(50, 1, 25, 25, 0, 0, 0, 0));
    Cost above = price(catalog, "m", "m", new Tokens(50, 1, 25, 26, 0, 0, 0, 0));
    assertThat(below.input()).isEqualTo(50);
    assertThat(below.output()).isEqualTo(2);
    assertThat(above.input()).isEqualTo(500);
    assertThat(above.output()).isEqualTo(20);
  }

  @Test
  void outputDoesNotCountTowardsATier() {
    var tier = new ModelPrice.Tier(100, rates(10_000_000, 20_000_000));
    var catalog =
        new PriceCatalog(
            "v", List.of(row("m", Instant.EPOCH, rates(1_000_000, 2_000_000), List.of(tier))));
    assertThat(price(catalog, "m", "m", new Tokens(100, 1_000, 0, 0, 0, 0, 1_000, 0)).input())
        .isEqualTo(100);
  }

  @Test
  void aRateThatATierDoesNotNameStaysThatOfTheRow() {
    var row =
        row(
            "m",
            Instant.EPOCH,
            rates(1, 2),
            List.of(new ModelPrice.Tier(100, input(10)))); // Names no output rate.
    assertThat(row.ratesFor(101).output()).contains(2L);
  }

  @Test
  void aRowHoldsFromTheMomentOfItsDate() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row("m", Instant.EPOCH, input(1), List.of()),
                row("m", WINTER, input(3), List.of()),
                row("m", AUTUMN, input(2), List.of()),
                row("late", WINTER, input(9), List.of())));
    assertThat(inForce(catalog, "m", AUTUMN.minusNanos(1))).contains(1L);
    assertThat(inForce(catalog, "m", AUTUMN)).contains(2L);
    assertThat(inForce(catalog, "m", WINTER.minusNanos(1))).contains(2L);
    assertThat(inForce(catalog, "m", WINTER)).contains(3L);
    assertThat(catalog.find("OPENAI", "late", AUTUMN)).isEmpty();
    assertThat(catalog.models("OPENAI", AUTUMN)).extracting(ModelPrice::model).containsExactly("m");
  }

  @Test
  void aCallIsPricedAtItsOwnTime() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row("m", AUTUMN, input(2_000_000), List.of()),
                row("m", WINTER, input(3_000_000), List.of())));
    Tokens one = new Tokens(1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(catalog.price("OPENAI", "m", "m", Rates.NONE, one, AUTUMN).input()).isEqualTo(2);
    assertThat(catalog.price("OPENAI", "m", "m", Rates.NONE, one, WINTER).input()).isEqualTo(3);
    assertThat(
            catalog
                .price("OPENAI", "m", "m", Rates.NONE, one, AUTUMN.minusNanos(1))
                .unpricedTokens())
        .isEqualTo(1);
  }

  @Test
  void theModelThatAnsweredDecidesAndTheOneAskedForStandsIn() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row("alias", Instant.EPOCH, input(1_000_000), List.of()),
                row("snapshot", Instant.EPOCH, input(2_000_000), List.of())));
    Tokens one = new Tokens(1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(price(catalog, "alias", "snapshot", one).input()).isEqualTo(2);
    assertThat(price(catalog, "alias", "unheard-of", one).input()).isEqualTo(1);
    assertThat(price(catalog, "alias", "", one).input()).isEqualTo(1);
    assertThat(price(catalog, "none", "nothing", one))
        .isEqualTo(new Cost(0, 0, 0, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void anotherProviderTypeHasItsOwnRows() {
    var catalog = new PriceCatalog("v", List.of(row("m", Instant.EPOCH, input(1), List.of())));
    assertThat(catalog.find("OPENAI_COMPATIBLE", "m", AUTUMN)).isEmpty();
  }

  @Test
  void anOverrideReplacesTheCatalogueBucketByBucket() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row(
                    "m",
                    Instant.EPOCH,
                    rates(1_000_000, 2_000_000).or(cacheWrite(4_000_000)),
                    List.of())));
    Rates overrides = input(7_000_000).or(cacheWrite(9_000_000));
    Cost cost =
        catalog.price("OPENAI", "m", "m", overrides, new Tokens(1, 1, 0, 1, 0, 1, 0, 0), AUTUMN);
    assertThat(cost).isEqualTo(new Cost(7, 2, 0, 9, 0, 4, 0, 0, 0));
  }

  /** Only the id that was asked for tells where the call ran. */
  @Test
  void onBedrockTheModelAskedForDecides() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                bedrock("anthropic.claude-x", 1_000_000),
                bedrock("eu.anthropic.claude-y", 3_000_000)));
    Tokens ten = new Tokens(10, 0, 0, 0, 0, 0, 0, 0);
    assertThat(onBedrock(catalog, "us.anthropic.claude-x", "anthropic.claude-x", ten))
        .isEqualTo(11);
    assertThat(onBedrock(catalog, "opaque", "eu.anthropic.claude-y", ten)).isEqualTo(30);
  }

  @Test
  void theGeoPremiumIsExactToTheMicrocent() {
    var catalog = new PriceCatalog("v", List.of(bedrock("anthropic.claude-x", 5)));
    Tokens tokens = new Tokens(1_000_000, 0, 0, 0, 0, 0, 0, 0);
    assertThat(onBedrock(catalog, "us.anthropic.claude-x", "", tokens)).isEqualTo(6); // 5.5
    Tokens more = new Tokens(3_000_000, 0, 0, 0, 0, 0, 0, 0);
    assertThat(onBedrock(catalog, "us.anthropic.claude-x", "", more)).isEqualTo(16); // 16.5
  }

  @ParameterizedTest
  @CsvSource({
    "'', 100",
    "default, 100",
    "batch, 50",
    "fast, 600",
    "fast+geo_us, 660",
    "fast+standard, 600",
    "fast+unheard-of, 0",
    "priority, 0",
    "+, 100",
  })
  void aServiceTierMultipliesTheRatesOrLeavesTheCallUnpriced(String serviceTier, long microcents) {
    var row =
        new ModelPrice(
            "OPENAI",
            "m",
            Instant.EPOCH,
            input(1_000_000),
            List.of(),
            Optional.empty(),
            List.of(),
            Map.of(
                "batch", new BigDecimal("0.5"),
                "fast", new BigDecimal("6"),
                "geo_us", new BigDecimal("1.1")),
            "test",
            "");
    var catalog = new PriceCatalog("v", List.of(row));
    Tokens tokens = new Tokens(100, 0, 0, 0, 0, 0, 0, 0);
    Cost cost = catalog.price("OPENAI", "m", "m", serviceTier, Rates.NONE, tokens, AUTUMN);
    assertThat(cost.input()).isEqualTo(microcents);
    assertThat(cost.unpricedTokens()).isEqualTo(microcents == 0 ? 100 : 0);
    assertThat(catalog.price("OPENAI", "m", "m", serviceTier, input(7_000_000), tokens, AUTUMN))
        .as("an override is final")
        .isEqualTo(new Cost(700, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  /** Where prompts of several sizes are told of together, each keeps its own rate. */
  @Test
  void callsOfOneTariffAreRoundedOnceAndOthersStayApart() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row(
                    "m",
                    Instant.EPOCH,
                    input(500_000),
                    List.of(new ModelPrice.Tier(10, input(5_000_000))))));
    Charges short1 = charges(catalog, 1);
    assertThat(short1.longestPrompt()).isEmpty();
    assertThat(short1.cost().input()).as("0.5, to the even").isZero();
    Charges all = short1.plus(charges(catalog, 1)).plus(charges(catalog, 1)).plus(short1);
    assertThat(all.cost().input()).isEqualTo(2);
    Charges mixed = all.plus(charges(catalog, 100));
    assertThat(mixed.cost().input()).isEqualTo(2 + 500);
    assertThat(mixed.tokens().input()).isEqualTo(104);
    assertThat(mixed.longestPrompt()).contains(100L);
  }

  private static Charges charges(PriceCatalog catalog, long prompt) {
    var tokens = new Tokens(prompt, 0, 0, 0, 0, 0, 0, 0);
    return Charges.of(
        catalog.tariff("OPENAI", "m", "m", "", Rates.NONE, tokens.prompt(), AUTUMN), tokens);
  }

  @Test
  void aModelWithRowsOfItsOwnNeverFallsBackToItsFamily() {
    var catalog =
        new PriceCatalog(
            "v",
            List.of(
                row("m", Instant.EPOCH, input(1), List.of()),
                row("m-2026-01-01", WINTER, input(2), List.of())));
    assertThat(catalog.find("OPENAI", "m-2026-01-01", AUTUMN)).isEmpty();
    assertThat(inForce(catalog, "m-2026-01-01", WINTER)).contains(2L);
  }

  private static long onBedrock(
      PriceCatalog catalog, String asked, String answered, Tokens tokens) {
    return catalog.price("BEDROCK", asked, answered, Rates.NONE, tokens, AUTUMN).input();
  }

  private static ModelPrice bedrock(String model, long input) {
    return new ModelPrice(
        "BEDROCK", model, Instant.EPOCH, input(input), List.of(), Optional.empty(), "test");
  }

  private static Cost price(PriceCatalog catalog, String asked, String answered, Tokens tokens) {
    return catalog.price("OPENAI", asked, answered, Rates.NONE, tokens, AUTUMN);
  }

  private static Optional<Long> inForce(PriceCatalog catalog, String model, Instant at) {
    return catalog.find("OPENAI", model, at).flatMap(price -> price.rates().input());
  }

  private static ModelPrice row(
      String model, Instant from, Rates rates, List<ModelPrice.Tier> tiers) {
    return new ModelPrice("OPENAI", model, from, rates, tiers, Optional.empty(), "test");
  }

  private static Rates input(long rate) {
    return new Rates(
        Optional.of(rate), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Rates cacheWrite(long rate) {
    return new Rates(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(rate), Optional.empty());
  }

  private static Rates rates(long input, long output) {
    return new Rates(
        Optional.of(input),
        Optional.of(output),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
