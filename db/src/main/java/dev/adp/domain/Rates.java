package dev.adp.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What a million tokens of each bucket cost, in microcents (USD 1 = 100,000,000). An absent rate is
 * unknown or not overridden; zero is free.
 */
public record Rates(
    Optional<Long> input,
    Optional<Long> output,
    Optional<Long> cachedInput,
    Optional<Long> cacheWrite5m,
    Optional<Long> cacheWrite1h) {

  public static final Rates NONE =
      new Rates(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** USD 10,000 per million tokens. */
  public static final long RATE_MICROCENTS_MAX = 1_000_000_000_000L;

  public Rates {
    new Violations()
        .check(inRange(input), "input_per_million", RANGE)
        .check(inRange(output), "output_per_million", RANGE)
        .check(inRange(cachedInput), "cached_input_per_million", RANGE)
        .check(inRange(cacheWrite5m), "cache_creation_5m_per_million", RANGE)
        .check(inRange(cacheWrite1h), "cache_creation_1h_per_million", RANGE)
        .throwIfAny();
  }

  private static final String RANGE =
      "must be from 0 to 1000000000000 microcents per million tokens (USD 10,000)";

  private static boolean inRange(Optional<Long> rate) {
    return rate.isEmpty() || (rate.get() >= 0 && rate.get() <= RATE_MICROCENTS_MAX);
  }

  /** These rates where they are known, else the other's. */
  public Rates or(Rates fallback) {
    return new Rates(
        input.or(fallback::input),
        output.or(fallback::output),
        cachedInput.or(fallback::cachedInput),
        cacheWrite5m.or(fallback::cacheWrite5m),
        cacheWrite1h.or(fallback::cacheWrite1h));
  }

  /** These rates multiplied, rounded half-even to whole microcents and capped at the maximum. */
  Rates times(BigDecimal factor) {
    return new Rates(
        times(input, factor),
        times(output, factor),
        times(cachedInput, factor),
        times(cacheWrite5m, factor),
        times(cacheWrite1h, factor));
  }

  private static Optional<Long> times(Optional<Long> rate, BigDecimal factor) {
    return rate.map(
        value ->
            BigDecimal.valueOf(value)
                .multiply(factor)
                .setScale(0, RoundingMode.HALF_EVEN)
                .min(BigDecimal.valueOf(RATE_MICROCENTS_MAX))
                .longValueExact());
  }

  public boolean isEmpty() {
    return equals(NONE);
  }
}
