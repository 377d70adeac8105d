package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.TokenType;
import dev.adp.domain.UnpricedUsage;
import dev.adp.domain.UsageBuckets;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageQuery;
import dev.adp.portal.CostChart.Figure;
import dev.adp.store.UsageReports;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What was spent, on what, when, and by whom. */
final class CostPages {
  /** Buckets of which the download knows all at a time. */
  private static final int BUCKETS_AT_ONCE = 31;

  private static final int DOWNLOADED_GROUPS_MAX = 2_000;
  private static final String LATENCY = "latency";

  private final UsageReports usage;
  private final Views views;
  private final Format format;
  private final Clock clock;

  CostPages(UsageReports usage, Views views, Format format, Clock clock) {
    this.usage = usage;
    this.views = views;
    this.format = format;
    this.clock = clock;
  }

  /** A link to another view. */
  public record Choice(String label, String href, boolean current) {}

  /** The names that a filter can be set to. */
  public record Suggestions(CostFilter filter, List<Suggestion> values) {}

  /** A value and how it reads. */
  public record Suggestion(String value, String text) {}

  /** The largest of some kind. */
  public record Top(String title, String noun, List<Entry> entries) {}

  /** One of them. */
  public record Entry(String name, String href, UsageGroup group) {}

  /** What has no price, and where to set one. */
  public record Unpriced(String text, String model, String href) {}

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    CostRequest asked = CostRequest.of(request, clock.instant());
    if (!asked.direct()) {
      views.seeOther(ctx, asked.view().url());
      return;
    }
    for (Figure figure : Figure.values()) {
      if (request.targets("values-" + figure.id())) {
        values(ctx, request.actor(), asked.view(), figure);
        return;
      }
    }
    CostReport report = CostReport.of(usage, request.actor(), asked.view());
    views.page(ctx, 200, "cost/index", page(asked, report, request.query("values")));
  }

  /** Only the table of the values of one figure. */
  private void values(RoutingContext ctx, Actor actor, CostView view, Figure figure) {
    CostReport report = CostReport.values(usage, actor, view);
    views.fragment(
        ctx,
        200,
        "cost/_values",
        "values",
        Map.of("chart", CostChart.of(figure, report, true, format), "report", report));
  }

  private Map<String, Object> page(CostRequest asked, CostReport report, String unfolded) {
    CostView view = asked.view();
    boolean few = report.buckets().starts().size() <= CostReport.BUCKETS_FEW_MAX;
    var page = new HashMap<String, Object>();
    page.put("crumbs", Crumb.NONE);
    page.put("view", view);
    page.put("report", report);
    page.put("problems", asked.problems());
    page.put("zoneGiven", asked.isZoneGiven());
    page.put("unfolded", unfolded);
    page.put("dimension", label(view.by()));
    page.put("tokenFilters", CostFilter.OF_TOKENS);
    page.put("unpriced", report.unpriced().stream().map(this::unpriced).toList());
    for (Figure figure : Figure.values()) {
      boolean withValues = few || unfolded.equals(figure.id());
      page.put(figure.id(), CostChart.of(figure, report, withValues, format));
    }
    page.put("smaller", List.of(page.get(Figure.REQUESTS.id()), page.get(Figure.TOKENS.id())));
    UsageQuery query = view.query();
    page.put("range", CostRange.text(query.start(), query.end(), view.zone(), format));
    UsageQuery previous = view.previous();
    page.put(
        "previousRange", CostRange.text(previous.start(), previous.end(), view.zone(), format));
    page.put("zoneName", view.zone().getDisplayName(TextStyle.SHORT, Locale.US));
    page.put("groupings", groupings(view));
    page.put("ranges", ranges(view));
    page.put("tokenTypes", tokenTypes());
    page.put("suggestions", suggestions(report));
    page.put("chips", chips(report));
    page.put("tops", tops(report));
    return page;
  }

  private Unpriced unpriced(UnpricedUsage usage) {
    String model = CostFilter.MODEL.text(usage.model());
    return new Unpriced(
        "%s of %s: %s tokens."
            .formatted(model, usage.providerName(), format.tokens(usage.tokens())),
        model,
        usage
            .provider()
            .map(
                name ->
                    "/providers/%s/edit?price=%s".formatted(name, Cursor.encoded(usage.model())))
            .orElse(""));
  }

  private static List<Choice> groupings(CostView view) {
    return Stream.of(
            UsageDimension.PROVIDER,
            UsageDimension.MODEL,
            UsageDimension.TOKEN_TYPE,
            UsageDimension.USER,
            UsageDimension.AGENT,
            UsageDimension.PROVIDER_TYPE)
        .map(by -> new Choice(label(by), view.groupedBy(by), by == view.by()))
        .toList();
  }

  /** What a dimension is called. */
  private static String label(UsageDimension by) {
    return switch (by) {
      case PROVIDER -> "Provider";
      case MODEL -> "Model";
      case TOKEN_TYPE -> "Token type";
      case USER -> "User";
      case AGENT -> "Agent";
      case PROVIDER_TYPE -> "Provider type";
    };
  }

  private static List<Choice> ranges(CostView view) {
    return Arrays.stream(CostRange.Named.values())
        .map(
            named ->
                new Choice(
                    named.label(), view.during(named), named.slug().equals(view.range().slug())))
        .toList();
  }

  private static List<Suggestion> tokenTypes() {
    return Arrays.stream(TokenType.values())
        .map(type -> new Suggestion(type.wireName(), CostFilter.tokenType(type.wireName())))
        .toList();
  }

  private static List<Suggestions> suggestions(CostReport report) {
    return CostFilter.OF_NAMES.stream()
        .map(
            filter ->
                new Suggestions(
                    filter,
                    report.choices().getOrDefault(filter, List.of()).stream()
                        .filter(group -> !group.key().isEmpty())
                        .map(
                            group ->
                                new Suggestion(
                                    CostSeries.value(group),
                                    CostSeries.name(group, filter.dimension())
                                        + (group.deleted() ? " (deleted)" : "")))
                        .toList()))
        .toList();
  }

  private static List<Chip> chips(CostReport report) {
    var chips = new ArrayList<Chip>();
    for (CostFilter filter : CostFilter.values()) {
      for (String value : report.view().values(filter)) {
        chips.add(
            new Chip(
                filter.label(),
                shown(report, filter, value),
                report.view().without(filter, value).url()));
      }
    }
    return chips;
  }

  /** Providers are known by the names that people gave them. */
  private static String shown(CostReport report, CostFilter filter, String value) {
    return report.choices().getOrDefault(filter, List.of()).stream()
        .filter(group -> CostSeries.value(group).equals(value) || group.key().equals(value))
        .findFirst()
        .map(group -> CostSeries.name(group, filter.dimension()))
        .or(() -> Optional.ofNullable(report.providerNames().get(value)))
        .orElseGet(() -> filter.text(value));
  }

  private static List<Top> tops(CostReport report) {
    return Stream.of(CostFilter.MODEL, CostFilter.USER, CostFilter.AGENT)
        .map(
            filter ->
                new Top(
                    "Top " + filter.label().toLowerCase(Locale.ROOT) + "s",
                    filter.label(),
                    report.tops().getOrDefault(filter, List.of()).stream()
                        .map(
                            group ->
                                new Entry(
                                    filter.text(group.key()),
                                    report.view().with(filter, group.key()).url(),
                                    group))
                        .toList()))
        .toList();
  }

  /** The view as a file, part by part: as long as it is, it never stands in memory as a whole. */
  void download(RoutingContext ctx) {
    var request = new Request(ctx);
    CostView view = CostRequest.of(request, clock.instant()).view();
    if (request.query("table").equals(LATENCY)) {
      String table = CostCsv.latencies(CostReport.latencies(usage, request.actor(), view));
      head(ctx.response(), LATENCY, view);
      ctx.end(table);
      return;
    }
    UsageQuery query = view.query();
    var buckets = UsageBuckets.of(query, UsageBuckets.sizeOf(query, view.zone()), view.zone());
    var csv = new CostCsv(view.by(), view.zone());
    List<Instant> starts = buckets.starts();
    HttpServerResponse response = ctx.response();
    Instant now = clock.instant();
    int next;
    for (int from = 0; from < starts.size(); from = next) {
      next = from + BUCKETS_AT_ONCE;
      if (next > starts.size() || starts.get(next - 1).isAfter(now)) {
        next = starts.size(); // What is to come belongs to the part that has the present in it.
      }
      List<Instant> part = starts.subList(from, next);
      Instant start = from == 0 ? query.start() : part.getFirst();
      Instant end = next < starts.size() ? starts.get(next) : query.end();
      String lines =
          csv.lines(
              part,
              usage.groups(
                  request.actor(),
                  query.during(start, end),
                  Optional.of(view.by()),
                  part,
                  DOWNLOADED_GROUPS_MAX));
      if (from == 0) { // Whoever may not read it has got a page that says so by now.
        head(response, view.by().wireName(), view);
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
          break;
        }
        response.write(csv.head()).await();
      }
      response.write(lines).await();
    }
    ctx.end();
  }

  private static void head(HttpServerResponse response, String what, CostView view) {
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/csv; charset=utf-8")
        .putHeader(
            "content-disposition",
            "attachment; filename=\"cost-by-%s-%s.csv\"".formatted(what, view.range().slug()));
  }
}
