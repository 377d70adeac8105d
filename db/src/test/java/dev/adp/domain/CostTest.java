package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  private static final Rates ALL =
      new Rates(
          Optional.of(1_000_000L),
          Optional.of(2_000_000L),
          Optional.of(3_000_000L),
          Optional.of(4_000_000L),
          Optional.of(5_000_000L));

  /** A bucket rounds the exact product, a half to the even neighbour. */
  @ParameterizedTest
  @CsvSource({
    "1, 499999, 0",
    "1, 500000, 0", // 0.5 to 0
    "1, 500001, 1",
    "3, 500000, 2", // 1.5 to 2
    "5, 500000, 2", // 2.5 to 2
    "7, 500000, 4", // 3.5 to 4
    "1, 1000000, 1",
    "1000000, 250000000, 250000000",
    "0, 250000000, 0",
    "17, 0, 0",
  })
  void aBucketIsRoundedHalfEvenOnce(long tokens, long rate, long microcents) {
    assertThat(Cost.of(input(tokens), inputRate(rate), Rates.NONE).input()).isEqualTo(microcents);
  }

  @Test
  void eachBucketIsRoundedByItself() {
    var half = Optional.of(500_001L);
    var rates = new Rates(half, half, half, half, half);
    Cost cost = Cost.of(new Tokens(1, 1, 1, 1, 1, 1, 1, 1), rates, cacheWrite(half));
    assertThat(cost).isEqualTo(new Cost(1, 1, 1, 1, 1, 1, 1, 1, 0));
    assertThat(cost.total()).isEqualTo(8);
  }

  @Test
  void theProductMayBeLargerThanALong() {
    long tokens = 4_000_000_000_000L; // Times the rate: 4e24, far above 2^63.
    assertThat(Cost.of(input(tokens), inputRate(Rates.RATE_MICROCENTS_MAX), Rates.NONE).input())
        .isEqualTo(4_000_000_000_000_000_000L);
  }

  @Test
  void eachBucketHasItsOwnRate() {
    assertThat(
            Cost.of(new Tokens(1, 1, 1, 1, 1, 1, 1, 1), ALL, cacheWrite(Optional.of(6_000_000L))))
        .isEqualTo(
            new Cost(
                1, // input
                2, // output
                3, // cached
                4, // cache write, 5 minutes
                5, // cache write, 1 hour
                6, // cache write of unknown time to live: the catalogue's 5-minute rate
                2, // reasoning: the output rate
                1, // tool-use input: the input rate
                0));
  }

  @Test
  void cacheWritesOfUnknownTimeToLiveIgnoreAnOverride() {
    Rates overridden =
        new Rates(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(9_000_000L),
            Optional.of(9_000_000L));
    Cost cost = Cost.of(new Tokens(0, 0, 0, 1, 0, 1, 0, 0), overridden, ALL);
    assertThat(cost.cacheCreation5m()).isEqualTo(9);
    assertThat(cost.cacheCreationUnknownTtl()).isEqualTo(4);
  }

  @Test
  void tokensWithoutARateAreCountedAsUnpricedNotAsFree() {
    Rates onlyInput = inputRate(1_000_000);
    Cost cost = Cost.of(new Tokens(1, 2, 4, 8, 16, 32, 64, 128), onlyInput, Rates.NONE);
    assertThat(cost.unpricedTokens()).isEqualTo(2 + 4 + 8 + 16 + 32 + 64);
    assertThat(cost.total()).isEqualTo(1 + 128);
  }

  @Test
  void aRateOfZeroIsAPrice() {
    Cost cost = Cost.of(input(1_000), inputRate(0), Rates.NONE);
    assertThat(cost).isEqualTo(Cost.NONE);
  }

  /** A premium is part of the rate: rounding it before the tokens are counted would show. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1.1, 0",
    "1000000, 1, 1.1, 1",
    "10000000, 1, 1.1, 11", // A rate of 1.1 microcents, never rounded to 1.
    "1, 500000, 1.1, 1", // 0.55
    "1000, 27500000, 1.1, 30250",
    "5, 500000, 0.2, 0", // Exactly 0.5: to the even neighbour.
    "15, 500000, 0.2, 2", // Exactly 1.5.
  })
  void aFactorIsExactAndRoundedWithTheBucket(
      long tokens, long rate, BigDecimal factor, long microcents) {
    assertThat(Cost.of(input(tokens), Rates.NONE, inputRate(rate), factor).input())
        .isEqualTo(microcents);
  }

  @Test
  void aFactorLeavesOverridesAlone() {
    Cost cost =
        Cost.of(new Tokens(1, 1, 0, 0, 0, 1, 1, 1), inputRate(7_000_000), ALL, BigDecimal.TEN);
    assertThat(cost).isEqualTo(new Cost(7, 20, 0, 0, 0, 40, 20, 7, 0));
  }

  /** The buckets of any sum of calls add up to the sum of their totals. */
  @Test
  void bucketsAddUpToTheTotal() {
    var random = new Random(20_261_122);
    Cost sum = Cost.NONE;
    long totals = 0;
    for (int i = 0; i < 2_000; i++) {
      Cost cost = Cost.of(tokens(random), rates(random), cacheWrite(rate(random)));
      sum = sum.plus(cost);
      totals += cost.total();
    }
    assertThat(sum.total()).isEqualTo(totals).isPositive();
    assertThat(sum.unpricedTokens()).isPositive();
  }

  private static Tokens tokens(Random random) {
    long[] counts = random.longs(8, 0, 2_000_000).toArray();
    return new Tokens(
        counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7]);
  }

  private static Rates rates(Random random) {
    return new Rates(rate(random), rate(random), rate(random), rate(random), rate(random));
  }

  private static Optional<Long> rate(Random random) {
    return random.nextInt(5) == 0
        ? Optional.empty()
        : Optional.of(random.nextLong(0, 3_000_000_000L));
  }

  private static Tokens input(long tokens) {
    return new Tokens(tokens, 0, 0, 0, 0, 0, 0, 0);
  }

  private static Rates cacheWrite(Optional<Long> rate) {
    return new Rates(Optional.empty(), Optional.empty(), Optional.empty(), rate, Optional.empty());
  }

  private static Rates inputRate(long rate) {
    return new Rates(
        Optional.of(rate), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
