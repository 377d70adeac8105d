package dev.adp.api;

import dev.adp.domain.Cost;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Sums of usage as JSON. It is written as text: a year of days has thousands of sums in one answer,
 * most of which are nothing, and to make a tree of each takes longer than to find them.
 */
final class SpendingText {
  private static final int STATS_CHARS = 900;
  private static final String NOTHING = text(SpendingStats.NONE);

  private SpendingText() {}

  static JsonObject stats(SpendingStats stats) {
    return new JsonObject(text(stats));
  }

  /** Tokens and cost of each type of tokens. */
  static JsonObject usage(Tokens tokens, Cost cost) {
    var text = new StringBuilder(STATS_CHARS);
    usage(text, tokens, cost);
    return new JsonObject(text.toString());
  }

  /** Appends the sums of a series as a list, bucket by bucket. */
  static void each(StringBuilder text, List<SpendingStats> buckets) {
    text.ensureCapacity(text.length() + buckets.size() * STATS_CHARS);
    char before = '[';
    for (SpendingStats stats : buckets) {
      text.append(before);
      if (stats.equals(SpendingStats.NONE)) {
        text.append(NOTHING);
      } else {
        stats(text, stats);
      }
      before = ',';
    }
    text.append(buckets.isEmpty() ? "[]" : "]");
  }

  private static String text(SpendingStats stats) {
    var text = new StringBuilder(STATS_CHARS);
    stats(text, stats);
    return text.toString();
  }

  private static void stats(StringBuilder text, SpendingStats stats) {
    text.append("{\"total_requests\":\"").append(stats.totalRequests());
    text.append("\",\"failed_requests\":\"").append(stats.failedRequests());
    text.append("\",\"missing_usage_requests\":\"").append(stats.missingUsageRequests());
    text.append("\",\"unpriced_tokens\":\"").append(stats.cost().unpricedTokens());
    text.append("\",\"total_tokens\":\"").append(stats.tokens().total());
    text.append("\",\"total_cost_microcents\":\"").append(stats.cost().total());
    text.append("\",\"usage\":");
    usage(text, stats.tokens(), stats.cost());
    text.append('}');
  }

  private static void usage(StringBuilder text, Tokens tokens, Cost cost) {
    text.append('{');
    bucket(text, "input", tokens.input(), cost.input()).append(',');
    bucket(text, "output", tokens.output(), cost.output()).append(',');
    bucket(text, "cached", tokens.cached(), cost.cached()).append(',');
    bucket(text, "cache_creation_5m", tokens.cacheCreation5m(), cost.cacheCreation5m()).append(',');
    bucket(text, "cache_creation_1h", tokens.cacheCreation1h(), cost.cacheCreation1h()).append(',');
    bucket(
            text,
            "cache_creation_unknown_ttl",
            tokens.cacheCreationUnknownTtl(),
            cost.cacheCreationUnknownTtl())
        .append(',');
    bucket(text, "reasoning", tokens.reasoning(), cost.reasoning()).append(',');
    bucket(text, "tool_use_input", tokens.toolUseInput(), cost.toolUseInput()).append('}');
  }

  private static StringBuilder bucket(
      StringBuilder text, String name, long tokens, long microcents) {
    return text.append('"')
        .append(name)
        .append("\":{\"tokens\":\"")
        .append(tokens)
        .append("\",\"cost_microcents\":\"")
        .append(microcents)
        .append("\"}");
  }
}
