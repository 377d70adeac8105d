package dev.adp.api;

import dev.adp.domain.Cost;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageQuery;
import dev.adp.store.UsageReports;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** {@code /v1/spending}: money in microcents, as strings, since JSON's numbers are not exact. */
final class SpendingApi {
  private static final Duration RANGE_DEFAULT = Duration.ofDays(7);

  private final UsageReports reports;
  private final Clock clock;

  SpendingApi(UsageReports reports, Clock clock) {
    this.reports = reports;
    this.clock = clock;
  }

  void mount(Router router) {
    router.get("/v1/spending/summary").handler(this::summary);
  }

  /** The stretch that was asked for and the one of the same length before it. */
  private void summary(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Instant end = request.instant("end").orElseGet(clock::instant);
    Instant start = request.instant("start").orElseGet(() -> end.minus(RANGE_DEFAULT));
    UsageQuery query = query(request, start, end);
    Duration length = Duration.between(query.start(), query.end());
    UsageQuery before = query(request, query.start().minus(length), query.start());
    ctx.json(
        new JsonObject()
            .put("start", query.start().toString())
            .put("end", query.end().toString())
            .put("tz", "UTC")
            .put("stats", stats(reports.summary(request.actor(), query)))
            .put("previous", stats(reports.summary(request.actor(), before))));
  }

  private static UsageQuery query(ApiRequest request, Instant start, Instant end) {
    return new UsageQuery(
        start,
        end,
        request.queries("provider"),
        request.queries("model"),
        request.queries("user"),
        request.queries("agent"));
  }

  static JsonObject stats(SpendingStats stats) {
    Tokens tokens = stats.tokens();
    Cost cost = stats.cost();
    return new JsonObject()
        .put("total_requests", text(stats.totalRequests()))
        .put("failed_requests", text(stats.failedRequests()))
        .put("missing_usage_requests", text(stats.missingUsageRequests()))
        .put("unpriced_tokens", text(cost.unpricedTokens()))
        .put("total_tokens", text(tokens.total()))
        .put("total_cost_microcents", text(cost.total()))
        .put(
            "usage",
            new JsonObject()
                .put("input", bucket(tokens.input(), cost.input()))
                .put("output", bucket(tokens.output(), cost.output()))
                .put("cached", bucket(tokens.cached(), cost.cached()))
                .put("cache_creation_5m", bucket(tokens.cacheCreation5m(), cost.cacheCreation5m()))
                .put("cache_creation_1h", bucket(tokens.cacheCreation1h(), cost.cacheCreation1h()))
                .put(
                    "cache_creation_unknown_ttl",
                    bucket(tokens.cacheCreationUnknownTtl(), cost.cacheCreationUnknownTtl()))
                .put("reasoning", bucket(tokens.reasoning(), cost.reasoning()))
                .put("tool_use_input", bucket(tokens.toolUseInput(), cost.toolUseInput())));
  }

  private static JsonObject bucket(long tokens, long microcents) {
    return new JsonObject().put("tokens", text(tokens)).put("cost_microcents", text(microcents));
  }

  private static String text(long number) {
    return String.valueOf(number);
  }
}
