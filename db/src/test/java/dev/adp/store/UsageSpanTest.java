package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.UsageSpan.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A time is cut into few spans, and they make up this time and no other. */
class UsageSpanTest {
  private static final Instant START = Instant.parse("2026-01-20T00:00:00Z");
  private static final int QUARTERS = 500 * 96;
  private static final Duration QUARTER = Duration.ofMinutes(15);

  /** Of a list of the largest: rows that are read for each key. */
  private static final int LAST_THIRTY_DAYS_MAX = 9;

  @ParameterizedTest
  @EnumSource
  void whatIsAddedAndTakenOffLeavesTheBucket(UsageCube cube) {
    var random = new Random(cube.number());
    for (int i = 0; i < 300; i++) {
      Instant from = START.plus(QUARTER.multipliedBy(random.nextInt(QUARTERS)));
      Instant middle = from.plus(QUARTER.multipliedBy(1 + random.nextInt(QUARTERS)));
      Instant to = middle.plus(QUARTER.multipliedBy(1 + random.nextInt(200)));
      List<Stretch> stretches =
          UsageSpan.cut(cube.spans(), List.of(from.minus(QUARTER), middle), from, to);
      assertThat(cube.spans()).containsAll(stretches.stream().map(Stretch::span).toList());
      assertThat(edges(stretches, 0)).isEqualTo(Map.of(from, 1, middle, -1));
      assertThat(edges(stretches, 1)).isEqualTo(Map.of(middle, 1, to, -1));
    }
  }

  /** Where the sum of all stretches of a bucket rises and falls. */
  private static Map<Instant, Integer> edges(List<Stretch> stretches, int bucket) {
    var edges = new TreeMap<Instant, Integer>();
    for (Stretch stretch : stretches) {
      if (stretch.bucket() == bucket) {
        assertThat(stretch.span().floor(stretch.from())).isEqualTo(stretch.from());
        assertThat(stretch.span().floor(stretch.to())).isEqualTo(stretch.to());
        edges.merge(stretch.from(), stretch.sign(), Integer::sum);
        edges.merge(stretch.to(), -stretch.sign(), Integer::sum);
      }
    }
    edges.values().removeIf(rise -> rise == 0);
    return edges;
  }

  @ParameterizedTest
  @CsvSource({
    "UTC, 1",
    "Europe/Berlin, 3",
    "America/New_York, 5",
    "Asia/Tokyo, 9",
    "Asia/Kolkata, 7",
  })
  void aDayElsewhereIsADayAndAFewHours(String zone, long spans) {
    List<Instant> midnights =
        UsageSums.midnights(LocalDate.parse("2026-01-14"), 2, ZoneId.of(zone));
    assertThat(spans(UsageCube.USER_AGENT, midnights.getFirst(), midnights.getLast()))
        .isEqualTo(spans);
  }

  @Test
  void thirtyDaysAreFewSpansOnAnyDayOfTheYear() {
    for (int day = 0; day < 366; day++) {
      Instant today = START.plus(Duration.ofDays(day));
      Instant end = UsageSpan.TEN_DAYS.ceil(today.plus(Duration.ofDays(1)));
      assertThat(spans(UsageCube.EVERYTHING, today.minus(Duration.ofDays(29)), end))
          .isLessThanOrEqualTo(LAST_THIRTY_DAYS_MAX);
    }
  }

  private static long spans(UsageCube cube, Instant from, Instant to) {
    return UsageSpan.cut(cube.spans(), List.of(from), from, to).stream()
        .mapToLong(
            stretch ->
                Stream.iterate(
                        stretch.from(),
                        time -> time.isBefore(stretch.to()),
                        time -> stretch.span().ceil(time.plusNanos(1)))
                    .count())
        .sum();
  }

  @Test
  void theLastTenDaysOfAMonthEndWithIt() {
    assertThat(UsageSpan.TEN_DAYS.floor(Instant.parse("2027-01-31T23:59:59Z")))
        .isEqualTo("2027-01-21T00:00:00Z");
    assertThat(UsageSpan.TEN_DAYS.ceil(Instant.parse("2026-12-31T00:00:01Z")))
        .isEqualTo("2027-01-01T00:00:00Z");
    assertThat(UsageSpan.MONTH.ceil(Instant.parse("2026-12-31T00:00:01Z")))
        .isEqualTo("2027-01-01T00:00:00Z");
    assertThat(UsageSpan.TEN_DAYS.floor(Instant.parse("1969-12-11T00:00:00Z")))
        .isEqualTo("1969-12-11T00:00:00Z");
  }
}
