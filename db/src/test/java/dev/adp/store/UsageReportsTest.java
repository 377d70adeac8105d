package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.compatible;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.UsageQuery;
import dev.adp.domain.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageReportsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final ZoneId UTC = ZoneId.of("UTC");

  @RegisterExtension static final StoreExtension store = new StoreExtension(new TestClock(NOW));

  @TempDir Path directory;

  private final UsageRecords records = new UsageRecords(3);
  private final LlmProviders providers = store.providers();
  private final UsageReports reports = store.reports();

  /** A call at a quarter to midnight, UTC, falls on the day that it has in the zone asked for. */
  @ParameterizedTest
  @CsvSource({
    "UTC, 5",
    "Z, 5",
    "America/New_York, 5",
    "Asia/Kolkata, 6",
    "Pacific/Kiritimati, 6",
    "+02:00, 6",
    "-02:00, 5",
    "UTC+14, 6",
    "GMT-8, 5",
    "Etc/GMT-2, 6",
  })
  void daysBeginAtTheMidnightsOfTheZone(String zone, int day) {
    LlmProvider provider = create("team-a");
    record(of(provider, Instant.parse("2026-11-19T23:45:00Z"), "m", 7));
    ZoneId id = ZoneId.of(zone);
    LocalDate today = LocalDate.ofInstant(NOW, id);
    ProviderUsage usage = reports.lastSevenDays(READER, provider.uid(), id);
    int expected = day - (int) (today.toEpochDay() - LocalDate.parse("2026-11-20").toEpochDay());
    assertThat(usage.firstDay()).isEqualTo(today.minusDays(6));
    assertThat(usage.days()).hasSize(7);
    assertThat(usage.days().get(expected).totalRequests()).isEqualTo(1);
    assertThat(usage.total().cost().total()).isEqualTo(7);
    assertThat(
            providers
                .overviews(READER, ProviderQuery.ALL, 1, 0, id)
                .rows()
                .getFirst()
                .spendMicrocentsByDay()
                .get(expected))
        .isEqualTo(7);
  }

  @Test
  void onlyTheLastSevenDaysCount() {
    LlmProvider provider = create("team-a");
    record(of(provider, Instant.parse("2026-11-13T23:59:59Z"), "m", 1));
    record(of(provider, Instant.parse("2026-11-14T00:00:00Z"), "m", 2));
    assertThat(reports.lastSevenDays(READER, provider.uid(), UTC).total().tokens().input())
        .isEqualTo(2);
  }

  /** Another gateway's clock may be ahead of ours. */
  @Test
  void aCallOfTomorrowDoesNotBreakTheReport() {
    LlmProvider provider = create("team-a");
    record(of(provider, Instant.parse("2026-11-21T00:00:00Z"), "m", 1));
    assertThat(reports.lastSevenDays(READER, provider.uid(), UTC).total())
        .isEqualTo(SpendingStats.NONE);
  }

  /** It counts as of today, and else in the range that it says it is of, in no other. */
  @Test
  void aCallOfDaysToComeCountsOnceHoweverTimeIsCut() {
    LlmProvider provider = create("team-a");
    record(of(provider, Instant.parse("2026-11-20T18:00:00Z"), "m", 1));
    record(of(provider, Instant.parse("2026-11-26T12:00:00Z"), "m", 1));
    Instant first = Instant.parse("2026-11-01T00:00:00Z");
    assertThat(requests(first, NOW)).as("the quarter of an hour that is over").isZero();
    assertThat(requests(first, NOW.plusSeconds(1))).isEqualTo(1);
    assertThat(requests(first, NOW.plusSeconds(3_600))).isEqualTo(1);
    assertThat(requests(first, Instant.parse("2026-11-22T00:00:00Z"))).isEqualTo(1);
    assertThat(requests(first, Instant.parse("2026-12-01T00:00:00Z"))).isEqualTo(2);
    for (int day = 22; day < 30; day++) {
      Instant start = Instant.parse("2026-11-%dT00:00:00Z".formatted(day));
      assertThat(requests(start, start.plus(Duration.ofDays(1)))).isEqualTo(day == 26 ? 1 : 0);
    }
  }

  private long requests(Instant start, Instant end) {
    UsageQuery query = query(Set.of("team-a"), Set.of()).during(start, end);
    return reports.summary(READER, query).totalRequests();
  }

  @Test
  void theModelsOfAProviderAddUpToItsDays() {
    LlmProvider provider = create("team-a");
    for (int i = 0; i < 40; i++) {
      record(of(provider, NOW.minusSeconds(7_919L * i), "model-" + i % 3, i));
    }
    ProviderUsage usage = reports.lastSevenDays(READER, provider.uid(), UTC);
    assertThat(
            usage.models().values().stream()
                .flatMap(List::stream)
                .reduce(SpendingStats.NONE, SpendingStats::plus))
        .isEqualTo(usage.total());
    assertThat(usage.total().totalRequests()).isEqualTo(40);
    assertThat(usage.models()).hasSize(3);
  }

  @Test
  void aNewProviderOfAnOldNameStartsAtZero() {
    LlmProvider old = create("team-a");
    record(of(old, NOW, "m", 7));
    providers.delete(WRITER, new ResourceId("team-a"), _ -> true);
    LlmProvider fresh = create("team-a");
    assertThat(reports.lastSevenDays(READER, fresh.uid(), UTC).total())
        .isEqualTo(SpendingStats.NONE);
    assertThat(reports.lastSevenDays(READER, old.uid(), UTC).total().totalRequests()).isEqualTo(1);
    assertThat(reports.summary(READER, query(Set.of("team-a"), Set.of())))
        .isEqualTo(SpendingStats.NONE);
    assertThat(reports.summary(READER, query(Set.of(), Set.of())).totalRequests()).isEqualTo(1);
  }

  @Test
  void aSummaryTakesTheStartAndLeavesTheEnd() {
    LlmProvider provider = create("team-a");
    record(of(provider, Instant.parse("2026-11-20T11:45:00Z"), "a", 1));
    record(of(provider, Instant.parse("2026-11-20T11:59:59Z"), "b", 2));
    record(of(provider, Instant.parse("2026-11-20T12:00:00Z"), "a", 4));
    assertThat(summary("2026-11-20T11:45:00Z", "2026-11-20T12:00:00Z", Set.of())).isEqualTo(3);
    assertThat(summary("2026-11-20T12:00:00Z", "2026-11-20T12:15:00Z", Set.of())).isEqualTo(4);
    assertThat(summary("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", Set.of("a"))).isEqualTo(5);
    assertThat(summary("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", Set.of("x"))).isZero();
  }

  @Test
  void aSpanThatEndsBeforeItStartsIsRefused() {
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> UsageQuery.of(NOW, NOW));
  }

  private long summary(String start, String end, Set<String> models) {
    return reports
        .summary(
            READER,
            new UsageQuery(
                Instant.parse(start),
                Instant.parse(end),
                Set.of(),
                models,
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of()))
        .tokens()
        .input();
  }

  private static UsageQuery query(Set<String> names, Set<String> models) {
    return new UsageQuery(
        NOW.minusSeconds(86_400),
        NOW.plusSeconds(86_400),
        names,
        models,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of());
  }

  private LlmProvider create(String name) {
    return providers.create(WRITER, compatible(name, "http://localhost/v1", true), List.of());
  }

  private UsageRecord of(LlmProvider provider, Instant at, String model, long tokens) {
    return records.of(provider.uid(), at, model, tokens);
  }

  private void record(UsageRecord record) {
    store.record(List.of(record));
  }
}
