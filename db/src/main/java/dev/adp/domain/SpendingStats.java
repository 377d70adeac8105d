package dev.adp.domain;

/**
 * Sums over some usage.
 *
 * @param missingUsageRequests calls whose tokens nobody knows
 * @param cost microcents per bucket, and the tokens without a known rate, which no cost includes
 */
public record SpendingStats(
    long totalRequests, long failedRequests, long missingUsageRequests, Tokens tokens, Cost cost) {

  public static final SpendingStats NONE = new SpendingStats(0, 0, 0, Tokens.NONE, Cost.NONE);

  public SpendingStats plus(SpendingStats other) {
    return new SpendingStats(
        totalRequests + other.totalRequests,
        failedRequests + other.failedRequests,
        missingUsageRequests + other.missingUsageRequests,
        tokens.plus(other.tokens),
        cost.plus(other.cost));
  }

  /** Whether tokens were used and nobody knows of any: zero would be a lie. */
  public boolean isUnknown() {
    return missingUsageRequests > 0 && tokens.total() == 0;
  }

  public SpendingStats minus(SpendingStats other) {
    return new SpendingStats(
        totalRequests - other.totalRequests,
        failedRequests - other.failedRequests,
        missingUsageRequests - other.missingUsageRequests,
        tokens.minus(other.tokens),
        cost.minus(other.cost));
  }
}
