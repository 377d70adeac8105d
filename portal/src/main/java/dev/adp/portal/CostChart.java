package dev.adp.portal;

import dev.adp.domain.SpendingStats;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One figure over time. The table of its values is what the chart is drawn from.
 *
 * @param id of the figure: {@code spend}, {@code requests}, {@code tokens}
 * @param total of the whole range, and every digit of it
 * @param change against the time before
 * @param labels the heads of the columns of values
 * @param rows one for each bucket of time; none when they are fetched later
 * @param later where to fetch them
 */
public record CostChart(
    String id,
    String title,
    String total,
    String exact,
    String change,
    List<Column> labels,
    List<Row> rows,
    String later) {
  private static final long TIMES_MIN = 10;

  /** A series of the chart. */
  public record Column(String name, String kind, int hatch) {}

  /**
   * A bucket of time.
   *
   * @param cells a value for each column, and their sum
   */
  public record Row(String label, List<String> cells) {}

  /** What is drawn. */
  enum Figure {
    SPEND("spend", "Spend over time"),
    REQUESTS("requests", "Requests over time"),
    TOKENS("tokens", "Tokens over time");

    private final String id;
    private final String title;

    Figure(String id, String title) {
      this.id = id;
      this.title = title;
    }

    String id() {
      return id;
    }

    long value(SpendingStats stats) {
      return switch (this) {
        case SPEND -> stats.cost().total();
        case REQUESTS -> stats.totalRequests();
        case TOKENS -> stats.tokens().total();
      };
    }

    /** In a table: every digit. */
    String exact(long value, Format format) {
      return this == SPEND ? format.usdExact(value) : format.count(value);
    }

    /** As a heading. */
    String rounded(long value, Format format) {
      return switch (this) {
        case SPEND -> format.usd(value);
        case REQUESTS -> format.count(value);
        case TOKENS -> format.tokens(value);
      };
    }
  }

  /**
   * A figure of a report.
   *
   * @param withValues whether the table of its values is part of the page
   */
  static CostChart of(Figure figure, CostReport report, boolean withValues, Format format) {
    SpendingStats sum = report.groups().sum();
    long total = figure.value(sum);
    long before = figure.value(report.previous());
    // Nobody can split a request by the type of its tokens.
    boolean whole = figure == Figure.REQUESTS && report.isByTokenType();
    List<CostSeries> series = whole ? List.of() : report.series();
    List<Column> columns =
        whole
            ? List.of(new Column("Requests", "other", 0))
            : series.stream().map(one -> new Column(one.name(), one.kind(), one.hatch())).toList();
    return new CostChart(
        figure.id,
        figure.title,
        total == 0 && figure == Figure.SPEND && sum.cost().unpricedTokens() > 0
            ? "Unpriced"
            : figure.rounded(total, format),
        figure.exact(total, format),
        before == 0
            ? "nothing in the time before"
            : compared(total, before, figure.rounded(before, format), format),
        columns,
        withValues ? rows(figure, report, series, format) : List.of(),
        report.view().url() + "&values=" + figure.id);
  }

  /** Of what was hardly anything, a percentage says nothing. */
  private static String compared(long now, long before, String rounded, Format format) {
    return now / TIMES_MIN >= before
        ? "%s times %s".formatted(format.count(now / before), rounded)
        : "%s on %s".formatted(format.change(now, before), rounded);
  }

  private static List<Row> rows(
      Figure figure, CostReport report, List<CostSeries> series, Format format) {
    List<SpendingStats> totals = report.groups().total();
    return IntStream.range(0, totals.size())
        .mapToObj(
            bucket -> {
              String sum = figure.exact(figure.value(totals.get(bucket)), format);
              var cells = new ArrayList<String>();
              series.forEach(
                  one -> cells.add(figure.exact(figure.value(one.buckets().get(bucket)), format)));
              if (series.isEmpty() && figure == Figure.REQUESTS && report.isByTokenType()) {
                cells.add(sum);
              }
              cells.add(sum);
              return new Row(report.label(bucket), cells);
            })
        .toList();
  }
}
