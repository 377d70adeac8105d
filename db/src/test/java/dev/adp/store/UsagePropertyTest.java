package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LatencyBins;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.Records;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageBuckets;
import dev.adp.domain.UsageBuckets.Size;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random usage, asked for at random: whatever range, zone, grouping and filters, what reports say
 * is what one gets who adds up the records themselves.
 */
class UsagePropertyTest {
  private static final Instant START = Instant.parse("2026-09-28T00:00:00Z");
  private static final int DAYS =
      40; // With the end of summer time in them, and two ends of months.
  private static final int RECORDS = 400;
  private static final int QUESTIONS = 60;
  private static final int ALL_OF_THEM = 1_000;
  private static final double ERROR_MAX = 0.09;
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Asia/Kolkata",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "Pacific/Chatham",
          "+05:30");

  @RegisterExtension
  static final StoreExtension store =
      new StoreExtension(new TestClock(START.plus(Duration.ofDays(DAYS))));

  static Stream<Long> seeds() {
    return Stream.of(1L, 2L, System.nanoTime());
  }

  private final UsageReports reports = store.reports();

  @ParameterizedTest
  @MethodSource("seeds")
  void reportsAreTheSumsOfTheRecords(long seed) {
    System.out.println("UsagePropertyTest: seed " + seed);
    var random = new Random(seed);
    List<UsageRecord> records = records(random);
    // In pieces that overlap: what comes twice counts once, in whichever month it lies.
    store.record(records.subList(0, 150));
    store.record(records.subList(100, 300));
    store.record(records.subList(250, RECORDS));
    for (int i = 0; i < QUESTIONS; i++) {
      ask(random, records);
    }
    LocalDate day = LocalDate.ofInstant(START, ZoneOffset.UTC).plusDays(random.nextInt(DAYS));
    new UsageRebuild(store.database()).day(day);
    UsageTotals.agree(store.database());
    for (int i = 0; i < QUESTIONS / 4; i++) {
      ask(random, records);
    }
    latencies(random, records);
  }

  private static List<UsageRecord> records(Random random) {
    var made = new UsageRecords(random.nextLong());
    return Stream.generate(made::next)
        .limit(RECORDS)
        .map(
            record ->
                Records.with(
                    record,
                    Map.of(
                        "startedAt",
                        START.plusMillis(random.nextLong(Duration.ofDays(DAYS).toMillis())),
                        "latencyMicros",
                        (long) (1_000 * Math.exp(random.nextGaussian() * 3 + 5)),
                        "user",
                        "user-" + random.nextInt(5))))
        .toList();
  }

  private void ask(Random random, List<UsageRecord> records) {
    ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    UsageQuery query = query(random);
    Size size = one(random, Size.values());
    if (size == Size.QUARTER_HOUR) {
      Instant end = query.start().plus(Duration.ofHours(60));
      query = query.during(query.start(), query.end().isBefore(end) ? query.end() : end);
    }
    UsageDimension by = one(random, UsageDimension.values());
    List<Instant> starts = UsageBuckets.of(query, size, zone).starts();
    String asked = query + " by " + by + " in " + size + " of " + zone;

    List<SpendingStats> total = naive(records, query, starts, _ -> true);
    assertThat(reports.summary(READER, query)).as(asked).isEqualTo(sum(total));
    UsageGroups groups = reports.groups(READER, query, Optional.of(by), starts, ALL_OF_THEM);
    assertThat(groups.total()).as(asked).isEqualTo(total);
    if (by == UsageDimension.TOKEN_TYPE) {
      assertThat(groups.groups().stream().mapToLong(group -> group.total().cost().total()).sum())
          .as(asked)
          .isEqualTo(sum(total).cost().total());
      return;
    }
    UsageQuery selected = query;
    assertThat(
            groups.groups().stream()
                .collect(Collectors.toMap(UsageGroup::key, UsageGroup::buckets)))
        .as(asked)
        .isEqualTo(
            records.stream()
                .filter(record -> selects(selected, record))
                .map(record -> key(by, record))
                .distinct()
                .collect(
                    Collectors.toMap(
                        key -> key,
                        key ->
                            naive(
                                records,
                                selected,
                                starts,
                                record -> key(by, record).equals(key)))));
    int most = 1 + random.nextInt(2);
    UsageGroups some = reports.groups(READER, query, Optional.of(by), starts, most);
    assertThat(some.total()).as(asked).isEqualTo(total);
    assertThat(sum(some.groups().stream().map(UsageGroup::total).toList()))
        .as(asked)
        .isEqualTo(sum(total));
  }

  private static <T> T one(Random random, T[] values) {
    return List.of(values).get(random.nextInt(values.length));
  }

  private static UsageQuery query(Random random) {
    long quarters = Duration.ofDays(DAYS + 2).toMinutes() / 15;
    long first = random.nextLong(quarters) - 96;
    long length = 1 + (random.nextInt(3) == 0 ? random.nextLong(200) : random.nextLong(quarters));
    Instant start = START.plus(Duration.ofMinutes(15 * first));
    return new UsageQuery(
        start,
        start.plus(Duration.ofMinutes(15 * length)),
        Set.of(), // Made up providers have no rows to be found by.
        some(random, List.of("model-0", "model-1", "model-2", "none")),
        some(random, List.of("user-0", "user-1", "user-2", "user-3")),
        some(random, List.of("", "agents/bot")),
        types(random),
        types(random));
  }

  private static Set<String> some(Random random, List<String> values) {
    var chosen = new HashSet<String>();
    while (random.nextInt(3) == 0) {
      chosen.add(values.get(random.nextInt(values.size())));
    }
    return chosen;
  }

  private static Set<TokenType> types(Random random) {
    var chosen = EnumSet.noneOf(TokenType.class);
    while (random.nextInt(4) == 0) {
      chosen.add(one(random, TokenType.values()));
    }
    return chosen;
  }

  private static boolean selects(UsageQuery query, UsageRecord record) {
    return !record.startedAt().isBefore(query.start())
        && record.startedAt().isBefore(query.end())
        && (query.models().isEmpty() || query.models().contains(record.model()))
        && (query.users().isEmpty() || query.users().contains(record.user()))
        && (query.agents().isEmpty() || query.agents().contains(record.agent()));
  }

  private static String key(UsageDimension by, UsageRecord record) {
    return switch (by) {
      case PROVIDER -> record.providerUid().toString();
      case PROVIDER_TYPE -> record.providerType();
      case MODEL -> record.model();
      case USER -> record.user();
      case AGENT -> record.agent();
      case TOKEN_TYPE -> "";
    };
  }

  private static List<SpendingStats> naive(
      List<UsageRecord> records,
      UsageQuery query,
      List<Instant> starts,
      Function<UsageRecord, Boolean> kept) {
    var buckets = new ArrayList<SpendingStats>();
    starts.forEach(_ -> buckets.add(SpendingStats.NONE));
    for (UsageRecord record : records) {
      if (selects(query, record) && kept.apply(record)) {
        int bucket = starts.size() - 1;
        while (bucket > 0 && starts.get(bucket).isAfter(record.startedAt())) {
          bucket--;
        }
        buckets.set(bucket, buckets.get(bucket).plus(query.narrowed(of(record))));
      }
    }
    return buckets;
  }

  private static SpendingStats of(UsageRecord record) {
    return new SpendingStats(
        1,
        record.outcome() == Outcome.OK ? 0 : 1,
        record.usageState() == UsageState.MISSING ? 1 : 0,
        record.tokens(),
        record.cost());
  }

  private static SpendingStats sum(List<SpendingStats> stats) {
    return stats.stream().reduce(SpendingStats.NONE, SpendingStats::plus);
  }

  private void latencies(Random random, List<UsageRecord> records) {
    Instant start = START.plus(Duration.ofHours(random.nextInt(600)));
    var query = UsageQuery.of(start, start.plus(Duration.ofHours(100 + random.nextInt(300))));
    for (ModelLatency one : reports.latencies(READER, query, List.of("model-0", "model-1"))) {
      List<Long> micros =
          records.stream()
              .filter(record -> selects(query, record) && record.model().equals(one.model()))
              .map(UsageRecord::latencyMicros)
              .sorted()
              .toList();
      LatencyBins.Timing timing = one.latency().orElseThrow();
      assertThat(timing.calls()).isEqualTo(micros.size());
      assertClose(timing.p50Micros(), micros.get((int) Math.ceil(0.5 * micros.size()) - 1));
      assertClose(timing.p95Micros(), micros.get((int) Math.ceil(0.95 * micros.size()) - 1));
    }
  }

  private static void assertClose(long told, long actual) {
    assertThat(Math.abs(told - actual))
        .as(told + " for " + actual)
        .isLessThanOrEqualTo(1 + (long) (actual * ERROR_MAX));
  }

  @Test
  void monthsGoAndTheirSumsStay() throws Exception {
    var records = new UsageRecords(4);
    UsageRecord old = records.at(Instant.parse("2026-07-31T23:59:59Z"), "m", "user", 7);
    UsageRecord kept = records.at(Instant.parse("2026-10-02T00:00:00Z"), "m", "user", 5);
    store.record(List.of(old, kept));
    var clock = new TestClock(Instant.parse("2026-11-10T00:00:00Z"));
    try (var retention =
        new UsageRetention(store.database(), clock, _ -> clock.instant(), Duration.ofDays(60))) {
      int _ = retention.pass();
    }
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(1);
    assertThat(store.number("select count(*) from usage_record_default")).isZero();
    assertThat(store.number("select count(*) from pg_class where relname = 'usage_record_2027_02'"))
        .as("places are made ahead")
        .isEqualTo(1);
    var all = UsageQuery.of(Instant.parse("2026-07-01T00:00:00Z"), START.plusSeconds(864_000));
    assertThat(reports.summary(READER, all).cost().input()).isEqualTo(12);
    assertThat(reports.recordsSince(READER)).isEqualTo(Instant.parse("2026-08-01T00:00:00Z"));
    store.record(List.of(kept, old)); // Brought again after the months were made and dropped.
    assertThat(reports.summary(READER, all).totalRequests()).isEqualTo(2);
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(1);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new UsageRebuild(store.database()).day(LocalDate.parse("2026-07-31")))
        .withMessageContaining("2026-08-01");
    assertThat(reports.summary(READER, all).totalRequests()).isEqualTo(2);
  }

  /** Neither the process's nor the database's. */
  @Test
  void aClockThatIsAheadDropsNothingByItself() throws Exception {
    store.record(List.of(new UsageRecords(4).plain("m")));
    var now = new TestClock(Instant.parse("2026-11-20T00:00:00Z"));
    var ahead = new TestClock(Instant.parse("2046-01-01T00:00:00Z"));
    for (List<TestClock> clocks : List.of(List.of(now, ahead), List.of(ahead, now))) {
      try (var retention =
          new UsageRetention(
              store.database(),
              clocks.getFirst(),
              _ -> clocks.getLast().instant(),
              Duration.ofDays(60))) {
        assertThat(retention.pass()).isZero();
      }
    }
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(1);
  }
}
