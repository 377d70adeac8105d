package dev.adp.api;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LatencyBins;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageBuckets;
import dev.adp.domain.UsageBuckets.Size;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import dev.adp.domain.Violations;
import dev.adp.store.ProviderJson;
import dev.adp.store.UsageReports;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/spending}: money in microcents, as strings, since JSON's numbers are not exact. */
final class SpendingApi {
  private static final Duration RANGE_DEFAULT = Duration.ofDays(7);
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final int GROUPS_DEFAULT = 100;
  private static final int GROUPS_MAX = 1_000;

  /** Series times buckets of one answer. */
  private static final int POINTS_MAX = 20_000;

  private final UsageReports reports;
  private final Clock clock;

  SpendingApi(UsageReports reports, Clock clock) {
    this.reports = reports;
    this.clock = clock;
  }

  void mount(Router router) {
    router.get("/v1/spending/summary").handler(this::summary);
    router.get("/v1/spending/breakdown").handler(this::breakdown);
    router.get("/v1/spending/timeseries").handler(this::timeseries);
  }

  /** What was asked for: every parameter that is wrong is told at once. */
  private record Question(
      UsageQuery query,
      ZoneId zone,
      Optional<UsageDimension> by,
      Optional<Size> size,
      Optional<Integer> limit) {

    JsonObject answer() {
      return new JsonObject()
          .put("start", query.start().toString())
          .put("end", query.end().toString())
          .put("tz", zone.getId());
    }

    /** Whether requests are split as tokens and spend are. */
    boolean requestsSplit() {
      return !query.splitsTokens() && !by.equals(Optional.of(UsageDimension.TOKEN_TYPE));
    }
  }

  /** The stretch that was asked for and the one of the same length before it. */
  private void summary(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Question asked = question(request);
    UsageQuery query = asked.query();
    Duration length = Duration.between(query.start(), query.end());
    UsageQuery before = query.during(query.start().minus(length), query.start());
    ctx.json(
        asked
            .answer()
            .put("requests_split", asked.requestsSplit())
            .put("stats", SpendingText.stats(reports.summary(request.actor(), query)))
            .put("previous", SpendingText.stats(reports.summary(request.actor(), before))));
  }

  private void breakdown(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Question asked = question(request);
    if (asked.by().isEmpty()) {
      throw new Invalid("group_by", "is required: one of " + UsageDimension.names());
    }
    UsageGroups groups =
        reports.groups(
            request.actor(),
            asked.query(),
            asked.by(),
            List.of(asked.query().start()),
            asked.limit().orElse(GROUPS_DEFAULT));
    Map<String, ModelLatency> latencies = latencies(request, asked, groups);
    ctx.json(
        asked
            .answer()
            .put("requests_split", asked.requestsSplit())
            .put(
                "entries",
                new JsonArray(
                    groups.groups().stream()
                        .map(
                            group ->
                                timed(
                                    label(group, asked.by())
                                        .put("deleted", group.deleted())
                                        .put("stats", SpendingText.stats(group.total())),
                                    group.others() ? null : latencies.get(group.key())))
                        .toList()))
            .put("total", SpendingText.stats(groups.sum())));
  }

  private Map<String, ModelLatency> latencies(
      ApiRequest request, Question asked, UsageGroups groups) {
    List<String> models =
        asked.by().equals(Optional.of(UsageDimension.MODEL))
            ? groups.groups().stream()
                .filter(group -> !group.others())
                .map(UsageGroup::key)
                .toList()
            : List.of();
    return models.isEmpty()
        ? Map.of()
        : reports.latencies(request.actor(), asked.query(), models).stream()
            .collect(Collectors.toUnmodifiableMap(ModelLatency::model, latency -> latency));
  }

  private static JsonObject timed(JsonObject entry, @Nullable ModelLatency latency) {
    if (latency != null) {
      latency.latency().ifPresent(of -> entry.put("latency", timing(of)));
      latency.firstToken().ifPresent(of -> entry.put("time_to_first_token", timing(of)));
    }
    return entry;
  }

  private static JsonObject timing(LatencyBins.Timing timing) {
    return new JsonObject()
        .put("calls", text(timing.calls()))
        .put("p50_micros", text(timing.p50Micros()))
        .put("p95_micros", text(timing.p95Micros()));
  }

  private void timeseries(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Question asked = question(request);
    UsageQuery query = asked.query();
    Size size = asked.size().orElseGet(() -> UsageBuckets.sizeOf(query, asked.zone()));
    var buckets = UsageBuckets.of(query, size, asked.zone());
    UsageGroups groups =
        reports.groups(
            request.actor(),
            query,
            asked.by(),
            buckets.starts(),
            series(asked.limit(), buckets.starts().size()));
    JsonObject head =
        asked
            .answer()
            .put("bucket", buckets.size().name())
            .put("requests_split", asked.requestsSplit())
            .put(
                "bucket_starts",
                new JsonArray(buckets.starts().stream().map(Instant::toString).toList()));
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(text(head, groups, asked.by()));
  }

  private static String text(JsonObject head, UsageGroups groups, Optional<UsageDimension> by) {
    var text = new StringBuilder();
    open(text, head).append(",\"series\":[");
    for (UsageGroup group : groups.groups()) {
      text.append(text.charAt(text.length() - 1) == '[' ? "" : ",");
      open(text, label(group, by)).append(",\"stats\":");
      SpendingText.each(text, group.buckets());
      text.append('}');
    }
    text.append("],\"total\":");
    SpendingText.each(text, groups.total());
    return text.append('}').toString();
  }

  /** Appends an object that has members, but for its end. */
  private static StringBuilder open(StringBuilder text, JsonObject object) {
    String whole = object.encode();
    return text.append(whole, 0, whole.length() - 1);
  }

  /** As many series as an answer can hold, unless fewer are asked for. */
  private static int series(Optional<Integer> limit, int buckets) {
    int most = POINTS_MAX / buckets;
    if (limit.isPresent() && limit.get() > most) {
      throw new Invalid("limit", "must be at most %d with %d buckets".formatted(most, buckets));
    }
    return limit.orElse(Math.min(GROUPS_DEFAULT, most));
  }

  private static JsonObject label(UsageGroup group, Optional<UsageDimension> by) {
    boolean type = by.equals(Optional.of(UsageDimension.PROVIDER_TYPE)) && !group.others();
    return new JsonObject()
        .put("key", type ? ProviderJson.TYPE_PREFIX + group.key() : group.key())
        .put("display_name", type ? ProviderConfig.typeName(group.key()) : group.displayName())
        .put("others", group.others());
  }

  private Question question(ApiRequest request) {
    var violations = new Violations();
    Optional<Instant> givenEnd = attempt(violations, () -> request.instant("end"));
    Optional<Instant> givenStart = attempt(violations, () -> request.instant("start"));
    Instant end = givenEnd.orElseGet(clock::instant);
    Instant start = givenStart.orElseGet(() -> end.minus(RANGE_DEFAULT));
    Optional<ZoneId> zone = attempt(violations, () -> request.query("tz").map(SpendingApi::zone));
    Optional<UsageDimension> by =
        attempt(violations, () -> request.query("group_by").map(SpendingApi::dimension));
    Optional<Size> size = attempt(violations, () -> request.query("bucket").map(SpendingApi::size));
    Optional<Integer> limit =
        attempt(violations, () -> request.query("limit").map(SpendingApi::limit));
    Set<TokenType> costTypes = types(violations, request, "cost_type");
    Set<TokenType> tokenTypes = types(violations, request, "token_type");
    Optional<UsageQuery> query =
        violations.attempt(
            () ->
                new UsageQuery(
                    start,
                    end,
                    request.queries("provider"),
                    request.queries("model"),
                    request.queries("user"),
                    request.queries("agent"),
                    costTypes,
                    tokenTypes));
    violations.throwIfAny();
    return new Question(query.orElseThrow(), zone.orElse(UTC), by, size, limit);
  }

  private static <T> Optional<T> attempt(Violations violations, Supplier<Optional<T>> read) {
    return violations.attempt(read).flatMap(found -> found);
  }

  private static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException _) {
      throw new Invalid("tz", "must be a time zone, for example Europe/Berlin");
    }
  }

  private static UsageDimension dimension(String name) {
    return UsageDimension.named(name)
        .orElseThrow(() -> new Invalid("group_by", "must be one of " + UsageDimension.names()));
  }

  private static int limit(String text) {
    int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > GROUPS_MAX) {
      throw new Invalid("limit", "must be from 1 to 1000");
    }
    return limit;
  }

  private static Size size(String name) {
    return Arrays.stream(Size.values())
        .filter(size -> size.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Invalid("bucket", "must be QUARTER_HOUR, HOUR or DAY"));
  }

  private static Set<TokenType> types(Violations violations, ApiRequest request, String parameter) {
    return request.queries(parameter).stream()
        .map(
            name -> {
              Optional<TokenType> type = TokenType.named(name);
              violations.check(
                  type.isPresent(),
                  parameter,
                  "must be one of "
                      + Arrays.stream(TokenType.values())
                          .map(TokenType::wireName)
                          .collect(Collectors.joining(", ")));
              return type;
            })
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String text(long number) {
    return String.valueOf(number);
  }
}
