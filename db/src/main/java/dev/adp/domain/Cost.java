package dev.adp.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
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
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /**
   * Prices the tokens: rate times tokens as an exact integer, rounded half-even once per bucket.
   * Reasoning bills at the output rate, tool-use input at the input rate, cache writes of unknown
   * time to live at the catalogue's five-minute rate, which no override changes.
   *
   * @param rates the rates in force, overrides included
   * @param catalogCacheWrite5m the catalogue's own five-minute rate
   */
  public static Cost of(Tokens tokens, Rates rates, Optional<Long> catalogCacheWrite5m) {
    var unpriced = new Unpriced();
    return new Cost(
        unpriced.price(tokens.input(), rates.input()),
        unpriced.price(tokens.output(), rates.output()),
        unpriced.price(tokens.cached(), rates.cachedInput()),
        unpriced.price(tokens.cacheCreation5m(), rates.cacheWrite5m()),
        unpriced.price(tokens.cacheCreation1h(), rates.cacheWrite1h()),
        unpriced.price(tokens.cacheCreationUnknownTtl(), catalogCacheWrite5m),
        unpriced.price(tokens.reasoning(), rates.output()),
        unpriced.price(tokens.toolUseInput(), rates.input()),
        unpriced.tokens);
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
  private static final class Unpriced {
    private long tokens;

    long price(long count, Optional<Long> ratePerMillion) {
      if (count == 0) {
        return 0;
      }
      if (ratePerMillion.isEmpty()) {
        tokens += count;
        return 0;
      }
      BigInteger exact =
          BigInteger.valueOf(count).multiply(BigInteger.valueOf(ratePerMillion.get()));
      return new BigDecimal(exact)
          .divide(new BigDecimal(MILLION), 0, RoundingMode.HALF_EVEN)
          .longValueExact();
    }
  }
}
