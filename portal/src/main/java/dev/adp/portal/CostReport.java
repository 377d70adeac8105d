package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UnpricedUsage;
import dev.adp.domain.UsageBuckets;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import dev.adp.store.UsageReports;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All that a page of costs tells.
 *
 * @param previous sums of the time before
 * @param choices what each filter of names can be set to: those of the largest spend
 * @param tops the largest models, users and agents of what is shown
 * @param latencies how long the calls of these models took
 * @param providerNames how the providers of the filter are called
 * @param recordsSince calls from before cannot be priced any more
 */
public record CostReport(
    CostView view,
    UsageBuckets buckets,
    UsageGroups groups,
    List<CostSeries> series,
    SpendingStats previous,
    Map<CostFilter, List<UsageGroup>> choices,
    Map<CostFilter, List<UsageGroup>> tops,
    List<ModelLatency> latencies,
    List<UnpricedUsage> unpriced,
    Map<String, String> providerNames,
    Instant recordsSince) {
  /** More than these nobody tells apart, and a page of them all would be long. */
  private static final int SERIES_MAX = 8;

  /** Of a long range, whose table of values has a row for each of its many days. */
  private static final int SERIES_OF_MANY_BUCKETS_MAX = 6;

  /** With more buckets than these, a page holds the table of values of one chart at most. */
  static final int BUCKETS_FEW_MAX = 92;

  private static final int CHOICES_MAX = 25;
  private static final int TOP_MAX = 5;
  private static final int UNPRICED_MAX = 5;
  private static final int DOWNLOADED_MODELS_MAX = 200;
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.US);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.US);
  private static final DateTimeFormatter HOUR_OF_ZONE =
      DateTimeFormatter.ofPattern("d MMM HH:mm zzz", Locale.US);

  /** Only what is drawn: for the tables of values. */
  static CostReport values(UsageReports usage, Actor actor, CostView view) {
    UsageQuery query = view.query();
    var buckets = UsageBuckets.of(query, UsageBuckets.sizeOf(query, view.zone()), view.zone());
    boolean few = buckets.starts().size() <= BUCKETS_FEW_MAX;
    UsageGroups groups =
        usage.groups(
            actor,
            query,
            Optional.of(view.by()),
            buckets.starts(),
            few ? SERIES_MAX : SERIES_OF_MANY_BUCKETS_MAX);
    return new CostReport(
        view,
        buckets,
        groups,
        CostSeries.of(groups, view),
        usage.summary(actor, view.previous()),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        Instant.EPOCH);
  }

  /** All of it, the questions that do not depend on each other at the same time. */
  static CostReport of(UsageReports usage, Actor actor, CostView view) {
    UsageQuery query = view.query();
    var choices = new EnumMap<CostFilter, Supplier<List<UsageGroup>>>(CostFilter.class);
    var tops = new EnumMap<CostFilter, Supplier<List<UsageGroup>>>(CostFilter.class);
    try (var atOnce = new AtOnce()) {
      Supplier<CostReport> values = atOnce.ask(() -> values(usage, actor, view));
      for (CostFilter filter : CostFilter.OF_NAMES) {
        Supplier<List<UsageGroup>> possible =
            atOnce.ask(
                () -> names(usage, actor, view.without(filter).query(), filter, CHOICES_MAX));
        choices.put(filter, possible);
        if (filter != CostFilter.PROVIDER) {
          tops.put(
              filter,
              view.values(filter).isEmpty()
                  ? () -> possible.get().stream().limit(TOP_MAX).toList()
                  : atOnce.ask(() -> names(usage, actor, query, filter, TOP_MAX)));
        }
      }
      Supplier<Map<String, String>> providerNames =
          view.values(CostFilter.PROVIDER).isEmpty()
              ? Map::of
              : atOnce.ask(() -> usage.providerNames(actor, query.providers()));
      Supplier<Instant> recordsSince = atOnce.ask(() -> usage.recordsSince(actor));
      Supplier<List<UsageGroup>> models = tops.getOrDefault(CostFilter.MODEL, List::of);
      Supplier<List<ModelLatency>> latencies =
          atOnce.ask(() -> usage.latencies(actor, query, keys(models.get())));
      Supplier<List<UnpricedUsage>> unpriced =
          atOnce.ask(
              () ->
                  values.get().total().cost().unpricedTokens() == 0
                      ? List.of()
                      : usage.unpriced(actor, query, UNPRICED_MAX));
      CostReport read = values.get();
      return new CostReport(
          view,
          read.buckets,
          read.groups,
          read.series,
          read.previous,
          answers(choices),
          answers(tops),
          latencies.get(),
          unpriced.get(),
          providerNames.get(),
          recordsSince.get());
    }
  }

  private static Map<CostFilter, List<UsageGroup>> answers(
      Map<CostFilter, Supplier<List<UsageGroup>>> questions) {
    var answers = new EnumMap<CostFilter, List<UsageGroup>>(CostFilter.class);
    questions.forEach((filter, answer) -> answers.put(filter, answer.get()));
    return answers;
  }

  /** How long calls took, of as many models as a download has. */
  static List<ModelLatency> latencies(UsageReports usage, Actor actor, CostView view) {
    return usage.latencies(
        actor,
        view.query(),
        keys(names(usage, actor, view.query(), CostFilter.MODEL, DOWNLOADED_MODELS_MAX)));
  }

  private static List<String> keys(List<UsageGroup> groups) {
    return groups.stream().map(UsageGroup::key).toList();
  }

  private static List<UsageGroup> names(
      UsageReports usage, Actor actor, UsageQuery query, CostFilter filter, int most) {
    return usage
        .groups(actor, query, Optional.of(filter.dimension()), List.of(query.start()), most)
        .groups()
        .stream()
        .filter(group -> !group.others())
        .toList();
  }

  public SpendingStats total() {
    return groups.sum();
  }

  /** Whether latencies are those of more calls than the rest: they are not kept by who called. */
  public boolean isLatencyOfAll() {
    return !view.query().users().isEmpty() || !view.query().agents().isEmpty();
  }

  /** Whether some of what has no price will never have one. */
  public boolean isUnpricedForGood() {
    return view.query().start().isBefore(recordsSince);
  }

  public boolean isByTokenType() {
    return view.by() == UsageDimension.TOKEN_TYPE;
  }

  /** Whether requests are those of the whole although tokens or spend are a part. */
  public boolean isPartOfTokens() {
    return isByTokenType() || view.query().splitsTokens();
  }

  public boolean isHourly() {
    return buckets.size() != UsageBuckets.Size.DAY;
  }

  /** When a bucket begins, as its row is called. */
  String label(int bucket) {
    Instant start = buckets.starts().get(bucket);
    boolean clocksChange =
        !view.zone()
            .getRules()
            .getOffset(buckets.starts().getFirst())
            .equals(view.zone().getRules().getOffset(view.query().end()));
    DateTimeFormatter form = !isHourly() ? DAY : clocksChange ? HOUR_OF_ZONE : HOUR;
    return form.format(start.atZone(view.zone()));
  }

  /** Where the buckets begin and the last one ends, in seconds: what a stretch of a chart means. */
  public String boundaries() {
    return Stream.concat(buckets.starts().stream(), Stream.of(view.query().end()))
        .map(time -> String.valueOf(time.getEpochSecond()))
        .reduce((left, right) -> left + " " + right)
        .orElse("");
  }

  /** One of the footer's figures. */
  public record Cost(String label, long microcents) {}

  /** What each type of tokens has cost, without those that are not part of it. */
  public List<Cost> costs() {
    Set<TokenType> asked = view.query().costTypes();
    return Stream.of(TokenType.values())
        .filter(type -> asked.isEmpty() || asked.contains(type))
        .filter(
            type ->
                TokenType.only(Set.of(type), total().tokens()).total() > 0
                    || TokenType.only(Set.of(type), total().cost()).total() > 0)
        .map(
            type ->
                new Cost(
                    CostFilter.tokenType(type.wireName()),
                    TokenType.only(Set.of(type), total().cost()).total()))
        .toList();
  }
}
