package dev.adp.e2e;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of a benchmark as a page: medians over the rounds, and what was to be reached. */
record BenchTable(Map<String, Map<String, List<Double>>> figures, int rounds, int seconds) {
  static final String THROUGHPUT = "calls a second, 32 connections, 1 KB";
  static final String STORED = "… counted until all of them are stored";
  static final String ALONE_P50 = "p50 at one connection, µs";
  static final String PACED_P50 = "p50 at 1,000 calls a second, ms";
  static final String PACED_P99 = "p99 at 1,000 calls a second, ms";
  static final String FIRST_TOKEN_P50 = "p50 of the first token, 100 streams a second, ms";
  static final String FIRST_TOKEN_P99 = "p99 of the first token, 100 streams a second, ms";
  static final String LARGE_BODY = "a body of 10 MB, ms";
  static final String STREAMS = "streams at once that came whole";
  static final String MEMORY = "resident memory of the gateway, MiB";

  String markdown() {
    var page = new StringBuilder("# Benchmark\n\n");
    page.append(
        """
        Written by `./adp bench`. Everything runs on one machine of %d processors, so figures of
        other machines differ; ratios are what to compare. Medians of %d interleaved rounds of %d
        seconds each. The gateway is a process of its own with one event loop and everything on:
        tokens checked, models on a list, usage read, priced and journalled. nginx has one worker.
        All of them keep their connections to the upstream, write no access log, and were under
        load for a while before the first round. What a busy round leaves to be stored in PostgreSQL
        is stored before the next figure, and a figure of its own counts that time in.
        The upstream of plain calls is nginx with a fixed answer; streams send an event every 10 ms.

        | | direct | nginx | ADP | Portkey |
        | --- | ---: | ---: | ---: | ---: |
        """
            .formatted(Runtime.getRuntime().availableProcessors(), rounds, seconds));
    for (String figure : figures.keySet()) {
      page.append("| ").append(figure);
      for (String subject : List.of("direct", "nginx", "adp", "portkey")) {
        page.append(" | ").append(median(figure, subject).map(BenchTable::text).orElse("–"));
      }
      page.append(" |\n");
    }
    return page.append(goals()).toString();
  }

  private String goals() {
    double nginx = value(THROUGHPUT, "nginx");
    double adp = value(THROUGHPUT, "adp");
    return """

    | To reach | Reached |
    | --- | --- |
    | at least 0.5 of nginx's throughput | %.2f |
    | … counted until all calls are stored | %.2f |
    | at least 25 times Portkey's throughput | %.1f |
    | at most 100 µs added to nginx's p50 at one connection | %.0f µs |
    | at 1,000 calls a second at most 0.5 ms added at p50 | %.2f ms |
    | … and 2 ms at p99 | %.2f ms |
    | at most 2 ms added to the first token at p99 | %.2f ms |
    | a body of 10 MB costs at most 1.5 times what it costs nginx | %.2f |
    """
        .formatted(
            adp / nginx,
            value(STORED, "adp") / nginx,
            adp / value(THROUGHPUT, "portkey"),
            value(ALONE_P50, "adp") - value(ALONE_P50, "nginx"),
            added(PACED_P50, "adp"),
            added(PACED_P99, "adp"),
            added(FIRST_TOKEN_P99, "adp"),
            added(LARGE_BODY, "adp") / added(LARGE_BODY, "nginx"));
  }

  /** What a proxy adds to the same without one. */
  private double added(String figure, String subject) {
    return value(figure, subject) - value(figure, "direct");
  }

  private double value(String figure, String subject) {
    return median(figure, subject).orElse(Double.NaN);
  }

  private Optional<Double> median(String figure, String subject) {
    List<Double> values =
        figures.getOrDefault(figure, Map.of()).getOrDefault(subject, List.of()).stream()
            .sorted()
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() / 2));
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "not kept up";
    }
    return value >= 100 ? "%,.0f".formatted(value) : "%.2f".formatted(value);
  }
}
