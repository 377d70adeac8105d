package dev.adp.gateway;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One row of {@code golden/golden.tsv}: what a call must leave in its record.
 *
 * @param streamed whether the client asked for a stream
 */
record GoldenRow(
    String name,
    String providerType,
    String model,
    String modelAnswered,
    int status,
    Outcome outcome,
    boolean streamed,
    UsageState usageState,
    Tokens tokens,
    Cost cost) {

  private static final List<String> BUCKETS =
      List.of(
          "input",
          "output",
          "cached",
          "cache_creation_5m",
          "cache_creation_1h",
          "cache_creation_unknown_ttl",
          "reasoning",
          "tool_use_input");

  static List<GoldenRow> all() {
    return table("golden.tsv").stream().map(GoldenRow::of).toList();
  }

  /** The rows of a table of the corpus, by the names of their columns. */
  static List<Map<String, String>> table(String resource) {
    List<String> lines = GoldenCase.resource(resource).lines().toList();
    String[] names = lines.getFirst().split("\t", -1);
    return lines.stream()
        .skip(1)
        .map(
            line -> {
              String[] values = line.split("\t", -1);
              var row = new HashMap<String, String>();
              for (int i = 0; i < names.length; i++) {
                row.put(names[i], values[i]);
              }
              return Map.copyOf(row);
            })
        .toList();
  }

  /** What a record says of all this. */
  static GoldenRow of(String name, UsageRecord record) {
    return new GoldenRow(
        name,
        record.providerType(),
        record.model(),
        record.modelAnswered(),
        record.status(),
        record.outcome(),
        record.streamed(),
        record.usageState(),
        record.tokens(),
        record.cost());
  }

  private static GoldenRow of(Map<String, String> row) {
    long[] costs = longs(row, "cost_");
    return new GoldenRow(
        value(row, "case"),
        value(row, "provider_type"),
        value(row, "model"),
        value(row, "model_answered"),
        Integer.parseInt(value(row, "status")),
        Outcome.valueOf(value(row, "outcome")),
        value(row, "streamed").equals("yes"),
        UsageState.valueOf(value(row, "usage_state")),
        tokens(row),
        new Cost(
            costs[0],
            costs[1],
            costs[2],
            costs[3],
            costs[4],
            costs[5],
            costs[6],
            costs[7],
            Long.parseLong(value(row, "unpriced"))));
  }

  static Tokens tokens(Map<String, String> row) {
    long[] tokens = longs(row, "");
    return new Tokens(
        tokens[0], tokens[1], tokens[2], tokens[3], tokens[4], tokens[5], tokens[6], tokens[7]);
  }

  private static long[] longs(Map<String, String> row, String prefix) {
    return BUCKETS.stream()
        .mapToLong(bucket -> Long.parseLong(value(row, prefix + bucket)))
        .toArray();
  }

  static String value(Map<String, String> row, String column) {
    String value = row.get(column);
    if (value == null) {
      throw new IllegalArgumentException("golden.tsv has no column " + column + " in " + row);
    }
    return value;
  }
}
