package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.compatible;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageBuckets;
import dev.adp.domain.UsageBuckets.Size;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Usage in groups and buckets of time adds up to the microcent, however it is cut. */
class UsageGroupsTest {
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant END = Instant.parse("2026-11-22T00:00:00Z");
  private static final int ALL_OF_THEM = 1_000;
  private static final Set<String> ALL = Set.of();

  @RegisterExtension static final StoreExtension store = new StoreExtension(new TestClock(START));

  private UsageReports reports = store.reports();

  @BeforeEach
  void usage() {
    reports = store.reports();
    var records = new UsageRecords(11);
    store.record(Stream.generate(records::next).limit(400).toList());
  }

  private static List<UsageQuery> queries() {
    var everything = UsageQuery.of(START, END);
    return List.of(
        everything,
        everything.during(START.plusSeconds(7_200), END.minusSeconds(900)),
        new UsageQuery(START, END, ALL, Set.of("model-1"), ALL, ALL, Set.of(), Set.of()),
        new UsageQuery(
            START, END, ALL, ALL, Set.of("user-0"), Set.of("agents/bot"), Set.of(), Set.of()),
        new UsageQuery(
            START,
            END,
            ALL,
            ALL,
            ALL,
            ALL,
            Set.of(TokenType.INPUT, TokenType.CACHE_WRITE),
            Set.of(TokenType.REASONING)));
  }

  @ParameterizedTest
  @EnumSource(UsageDimension.class)
  void theGroupsOfADimensionAddUpToTheUnfilteredTotal(UsageDimension by) {
    for (UsageQuery query : queries()) {
      SpendingStats whole = reports.summary(READER, query);
      for (ZoneId zone : List.of(ZoneId.of("UTC"), ZoneId.of("Asia/Kathmandu"))) {
        for (Size size : Size.values()) {
          List<Instant> starts = UsageBuckets.of(query, size, zone).starts();
          int groupsMax = size == Size.HOUR ? 1 : ALL_OF_THEM;
          UsageGroups groups = reports.groups(READER, query, Optional.of(by), starts, groupsMax);
          assertThat(groups.sum()).as(query + " " + size).isEqualTo(whole);
          SpendingStats sum = sum(groups.groups());
          assertThat(sum.tokens()).isEqualTo(whole.tokens());
          assertThat(sum.cost().total()).isEqualTo(whole.cost().total());
          assertThat(groups.total()).hasSameSizeAs(starts);
          if (by != UsageDimension.TOKEN_TYPE) {
            assertThat(sum).isEqualTo(whole);
          }
        }
      }
    }
    assertThat(reports.summary(READER, queries().getFirst()).totalRequests()).isEqualTo(400);
  }

  private static SpendingStats sum(List<UsageGroup> groups) {
    return groups.stream().map(UsageGroup::total).reduce(SpendingStats.NONE, SpendingStats::plus);
  }

  /** What a group's key selects is that group. */
  @ParameterizedTest
  @EnumSource(
      value = UsageDimension.class,
      names = {"PROVIDER", "MODEL", "USER", "AGENT"})
  void theKeyOfAGroupSelectsIt(UsageDimension by) {
    var provider =
        store.providers().create(WRITER, compatible("a", "http://127.0.0.1", true), List.of());
    store.record(List.of(new UsageRecords(5).of(provider.uid(), START, "model-9", 3)));
    UsageGroups groups =
        reports.groups(
            READER, UsageQuery.of(START, END), Optional.of(by), List.of(START), ALL_OF_THEM);
    assertThat(groups.groups()).hasSizeGreaterThan(1);
    for (UsageGroup group : groups.groups()) {
      if (by == UsageDimension.PROVIDER && group.deleted()) {
        continue; // Made up: no row of its own to find it by.
      }
      Set<String> key = Set.of(group.key());
      var query =
          new UsageQuery(
              START,
              END,
              by == UsageDimension.PROVIDER ? key : ALL,
              by == UsageDimension.MODEL ? key : ALL,
              by == UsageDimension.USER ? key : ALL,
              by == UsageDimension.AGENT ? key : ALL,
              Set.of(),
              Set.of());
      assertThat(reports.summary(READER, query)).as(group.key()).isEqualTo(group.total());
    }
  }

  @Test
  void aDeletedProviderKeepsItsUsageAndItsLabelBesideANewOneOfItsName() {
    LlmProviders providers = store.providers();
    LlmProvider old =
        providers.create(WRITER, compatible("a", "http://127.0.0.1", true), List.of());
    store.record(List.of(new UsageRecords(5).of(old.uid(), START, "m", 3)));
    providers.delete(WRITER, new ResourceId("a"), _ -> true);
    LlmProvider fresh =
        providers.create(WRITER, compatible("a", "http://127.0.0.1", true), List.of());
    store.record(List.of(new UsageRecords(6).of(fresh.uid(), START, "m", 4)));
    var query =
        new UsageQuery(
            START, END, Set.of(old.uid().toString(), "a"), ALL, ALL, ALL, Set.of(), Set.of());
    List<UsageGroup> groups =
        reports
            .groups(
                READER, query, Optional.of(UsageDimension.PROVIDER), List.of(START), ALL_OF_THEM)
            .groups();
    assertThat(groups)
        .extracting(UsageGroup::key)
        .containsExactlyInAnyOrder(old.uid().toString(), fresh.uid().toString());
    assertThat(groups)
        .allSatisfy(
            group -> {
              assertThat(group.displayName()).isEqualTo(old.displayName());
              assertThat(group.deleted()).isEqualTo(group.key().equals(old.uid().toString()));
            });
  }

  /** Names of models are whatever callers make up: nobody reads a million of them. */
  @Test
  void thoseOfTheLargestSpendStandForThemselvesAndAllOthersForOne() {
    var query = UsageQuery.of(START, END);
    var by = Optional.of(UsageDimension.MODEL);
    List<UsageGroup> all = reports.groups(READER, query, by, List.of(START), ALL_OF_THEM).groups();
    assertThat(all).hasSizeGreaterThan(2).noneMatch(UsageGroup::others);
    List<UsageGroup> some = reports.groups(READER, query, by, List.of(START), 2).groups();
    assertThat(some).hasSize(3);
    assertThat(some.subList(0, 2)).isEqualTo(all.subList(0, 2));
    assertThat(some.getLast().others()).isTrue();
    assertThat(some.getLast().total()).isEqualTo(sum(all.subList(2, all.size())));

    var outputs =
        new UsageQuery(START, END, ALL, ALL, ALL, ALL, Set.of(TokenType.OUTPUT), Set.of());
    assertThat(reports.groups(READER, outputs, by, List.of(START), 1).groups().getFirst())
        .as("by the spend that is asked for")
        .isEqualTo(
            reports.groups(READER, outputs, by, List.of(START), ALL_OF_THEM).groups().getFirst());
  }

  @Test
  void quietBucketsAreZeros() {
    var quiet = UsageQuery.of(END.plusSeconds(86_400), END.plusSeconds(3 * 86_400));
    List<Instant> starts = UsageBuckets.of(quiet, Size.HOUR, ZoneId.of("UTC")).starts();
    UsageGroups groups = reports.groups(READER, quiet, Optional.empty(), starts, ALL_OF_THEM);
    assertThat(groups.groups()).isEmpty();
    assertThat(groups.total()).hasSize(48).containsOnly(SpendingStats.NONE);
  }

  @Test
  void requestsAreThoseOfTheWholeInEachTypeOfTokens() {
    var query = UsageQuery.of(START, END);
    UsageGroups groups =
        reports.groups(READER, query, Optional.of(UsageDimension.TOKEN_TYPE), List.of(START), 1);
    assertThat(groups.groups())
        .hasSize(5)
        .allSatisfy(group -> assertThat(group.total().totalRequests()).isEqualTo(400));
  }
}
