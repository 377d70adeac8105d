package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a summary says.
 *
 * @param missing calls of which no usage is known
 * @param usage what is not zero: tokens and microcents of each bucket
 */
record Spending(
    long requests, long failed, long missing, long microcents, Map<String, Bucket> usage) {

  /** Tokens of one kind and their price. */
  record Bucket(long tokens, long microcents) {}

  static Spending of(JsonObject stats) {
    var usage = new TreeMap<String, Bucket>();
    for (var entry : stats.getJsonObject("usage")) {
      var bucket = (JsonObject) entry.getValue();
      var read = new Bucket(number(bucket, "tokens"), number(bucket, "cost_microcents"));
      if (read.tokens() != 0 || read.microcents() != 0) {
        usage.put(entry.getKey(), read);
      }
    }
    return new Spending(
        number(stats, "total_requests"),
        number(stats, "failed_requests"),
        number(stats, "missing_usage_requests"),
        number(stats, "total_cost_microcents"),
        usage);
  }

  private static long number(JsonObject json, String field) {
    return Long.parseLong(json.getString(field));
  }
}
