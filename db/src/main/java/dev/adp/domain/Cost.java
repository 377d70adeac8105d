package dev.adp.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * Cost of one call per bucket, in microcents (USD 1 = 100,000,000).
 *
 * @param unpricedTokens tokens of buckets without a known rate; they cost nothing here and must be
 *     shown as unpriced, never as free
 */
public record Cost(
    long input,
    long output,
    long cached,
    long cacheCreation5m,
    long cacheCreation1h,
    long cacheCreationUnknownTtl,
    long reasoning,
    long toolUseInput,
    long unpricedTokens) {

  public static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Prices the tokens at the catalogue's rates as they stand. */
  public static Cost of(Tokens tokens, Rates overrides, Rates catalog) {
    return of(tokens, overrides, catalog, BigDecimal.ONE);
  }

  /**
   * Prices the tokens: rate times tokens, exactly, rounded half-even once per bucket. Reasoning
   * bills at the output rate, tool-use input at the input rate, cache writes of unknown time to
   * live at the catalogue's five-minute rate, which no override changes.
   *
   * @param overrides the provider's own rates; they are final
   * @param catalog the catalogue's rates, for buckets without an override
   * @param factor by what the catalogue's rates are multiplied: geography and service tier
   */
  public static Cost of(Tokens tokens, Rates overrides, Rates catalog, BigDecimal factor) {
    var bill = new Bill(factor);
    return new Cost(
        bill.price(tokens.input(), overrides.input(), catalog.input()),
        bill.price(tokens.output(), overrides.output(), catalog.output()),
        bill.price(tokens.cached(), overrides.cachedInput(), catalog.cachedInput()),
        bill.price(tokens.cacheCreation5m(), overrides.cacheWrite5m(), catalog.cacheWrite5m()),
        bill.price(tokens.cacheCreation1h(), overrides.cacheWrite1h(), catalog.cacheWrite1h()),
        bill.price(tokens.cacheCreationUnknownTtl(), Optional.empty(), catalog.cacheWrite5m()),
        bill.price(tokens.reasoning(), overrides.output(), catalog.output()),
        bill.price(tokens.toolUseInput(), overrides.input(), catalog.input()),
        bill.unpricedTokens);
  }

  public Cost plus(Cost other) {
    return new Cost(
        input + other.input,
        output + other.output,
        cached + other.cached,
        cacheCreation5m + other.cacheCreation5m,
        cacheCreation1h + other.cacheCreation1h,
        cacheCreationUnknownTtl + other.cacheCreationUnknownTtl,
        reasoning + other.reasoning,
        toolUseInput + other.toolUseInput,
        unpricedTokens + other.unpricedTokens);
  }

  public Cost minus(Cost other) {
    return new Cost(
        input - other.input,
        output - other.output,
        cached - other.cached,
        cacheCreation5m - other.cacheCreation5m,
        cacheCreation1h - other.cacheCreation1h,
        cacheCreationUnknownTtl - other.cacheCreationUnknownTtl,
        reasoning - other.reasoning,
        toolUseInput - other.toolUseInput,
        unpricedTokens - other.unpricedTokens);
  }

  public long total() {
    return input
        + output
        + cached
        + cacheCreation5m
        + cacheCreation1h
        + cacheCreationUnknownTtl
        + reasoning
        + toolUseInput;
  }

  /** Counts the tokens that found no rate while the others are priced. */
  private static final class Bill {
    private final BigDecimal factor;
    private long unpricedTokens;

    Bill(BigDecimal factor) {
      this.factor = factor;
    }

    long price(long count, Optional<Long> override, Optional<Long> catalog) {
      if (count == 0) {
        return 0;
      }
      Optional<BigDecimal> ratePerMillion =
          override
              .map(BigDecimal::valueOf)
              .or(() -> catalog.map(rate -> factor.multiply(BigDecimal.valueOf(rate))));
      if (ratePerMillion.isEmpty()) {
        unpricedTokens += count;
        return 0;
      }
      return ratePerMillion
          .get()
          .multiply(BigDecimal.valueOf(count))
          .movePointLeft(6)
          .setScale(0, RoundingMode.HALF_EVEN)
          .longValueExact();
    }
  }
}
