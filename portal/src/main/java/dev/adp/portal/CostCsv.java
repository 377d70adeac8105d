package dev.adp.portal;

import dev.adp.domain.LatencyBins;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Usage as a table for spreadsheets: a line for each group in each bucket of time, and one of zeros
 * for a quiet bucket. Its lines add up to what the page shows.
 */
record CostCsv(UsageDimension by, ZoneId zone) {
  private static final int USD_SCALE = 8;

  /** What a spreadsheet would take for a formula. */
  private static final Pattern FORMULA =
      Pattern.compile("^\\s*[=+\\-@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20].*", Pattern.DOTALL);

  String head() {
    var columns =
        new ArrayList<>(
            List.of(
                "start",
                by.wireName(),
                "name",
                "requests",
                "failed_requests",
                "missing_usage_requests",
                "unpriced_tokens",
                "tokens"));
    for (TokenType type : TokenType.values()) {
      columns.add(type.wireName() + "_tokens");
    }
    columns.add("spend_usd");
    for (TokenType type : TokenType.values()) {
      columns.add(type.wireName() + "_usd");
    }
    columns.add("spend_microcents");
    return String.join(",", columns) + "\r\n";
  }

  /**
   * Lines of some buckets.
   *
   * @param starts of the buckets that the groups are cut into
   */
  String lines(List<Instant> starts, UsageGroups groups) {
    var lines = new StringBuilder();
    for (int bucket = 0; bucket < starts.size(); bucket++) {
      String start = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(starts.get(bucket).atZone(zone));
      boolean quiet = true;
      for (UsageGroup group : groups.groups()) {
        SpendingStats stats = group.buckets().get(bucket);
        if (!stats.equals(SpendingStats.NONE)) {
          quiet = false;
          String key = group.others() ? "" : group.key();
          lines.append(line(start, key, CostSeries.name(group, by), stats));
        }
      }
      if (quiet) {
        lines.append(line(start, "", "", SpendingStats.NONE));
      }
    }
    return lines.toString();
  }

  private String line(String start, String key, String name, SpendingStats stats) {
    // Requests of a type of tokens would be counted once for each type: nobody can split them.
    boolean counted = by != UsageDimension.TOKEN_TYPE;
    var cells = new ArrayList<>(List.of(start, text(key), text(name)));
    cells.add(counted ? String.valueOf(stats.totalRequests()) : "");
    cells.add(counted ? String.valueOf(stats.failedRequests()) : "");
    cells.add(counted ? String.valueOf(stats.missingUsageRequests()) : "");
    cells.add(counted ? String.valueOf(stats.cost().unpricedTokens()) : "");
    cells.add(String.valueOf(stats.tokens().total()));
    for (TokenType type : TokenType.values()) {
      cells.add(String.valueOf(TokenType.only(Set.of(type), stats.tokens()).total()));
    }
    cells.add(usd(stats.cost().total()));
    for (TokenType type : TokenType.values()) {
      cells.add(usd(TokenType.only(Set.of(type), stats.cost()).total()));
    }
    cells.add(String.valueOf(stats.cost().total()));
    return cells.stream().collect(Collectors.joining(",", "", "\r\n"));
  }

  /** How long calls took, a line for each model. */
  static String latencies(List<ModelLatency> latencies) {
    var lines =
        new StringBuilder(
            "model,calls,p50_ms,p95_ms,streams,first_token_p50_ms,first_token_p95_ms\r\n");
    for (ModelLatency one : latencies) {
      lines
          .append(text(one.model()))
          .append(cells(one.latency()))
          .append(cells(one.firstToken()))
          .append("\r\n");
    }
    return lines.toString();
  }

  private static String cells(Optional<LatencyBins.Timing> timing) {
    return timing
        .map(
            of -> ",%d,%s,%s".formatted(of.calls(), millis(of.p50Micros()), millis(of.p95Micros())))
        .orElse(",0,,");
  }

  private static String millis(long micros) {
    return BigDecimal.valueOf(micros, 3).toPlainString();
  }

  private static String usd(long microcents) {
    return BigDecimal.valueOf(microcents, USD_SCALE).toPlainString();
  }

  /** Names are whatever callers make up: an apostrophe keeps a spreadsheet from running them. */
  static String text(String value) {
    String safe = FORMULA.matcher(value).matches() ? "'" + value : value;
    return '"' + safe.replace("\"", "\"\"") + '"';
  }
}
