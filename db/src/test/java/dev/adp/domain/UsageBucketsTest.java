package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.UsageBuckets.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageBucketsTest {

  /** Lengths of the buckets in hours, the last of which ends with the range or later. */
  @ParameterizedTest
  @CsvSource({
    "DAY, Europe/Berlin, 2026-10-24T22:00:00Z, 2026-10-26T23:00:00Z, 25 24",
    "DAY, Europe/Berlin, 2026-03-28T23:00:00Z, 2026-03-30T22:00:00Z, 23 24",
    "DAY, Asia/Kolkata, 2026-11-20T18:30:00Z, 2026-11-22T18:30:00Z, 24 24",
    "DAY, UTC, 2026-11-20T00:00:00Z, 2026-11-21T00:00:00Z, 24",
    "HOUR, Asia/Kolkata, 2026-11-20T18:30:00Z, 2026-11-20T20:30:00Z, 1 1",
    "HOUR, Europe/Berlin, 2026-10-25T00:00:00Z, 2026-10-25T03:00:00Z, 1 1 1",
    "HOUR, Australia/Lord_Howe, 2026-10-03T14:30:00Z, 2026-10-03T17:00:00Z, 1 0.5 1",
    "QUARTER_HOUR, Asia/Kathmandu, 2026-11-20T00:00:00Z, 2026-11-20T00:30:00Z, 0.25 0.25",
  })
  void followTheClockOnTheWall(Size size, ZoneId zone, Instant start, Instant end, String hours) {
    List<Instant> starts = UsageBuckets.of(UsageQuery.of(start, end), size, zone).starts();
    String[] expected = hours.split(" ", -1);
    assertThat(starts).hasSize(expected.length).startsWith(start);
    for (int i = 0; i + 1 < starts.size(); i++) {
      assertThat(Duration.between(starts.get(i), starts.get(i + 1)).toMinutes() / 60.0)
          .isEqualTo(Double.parseDouble(expected[i]));
    }
  }

  @Test
  void theFirstMayBeginBeforeTheRange() {
    var query =
        UsageQuery.of(Instant.parse("2026-11-20T10:15:00Z"), Instant.parse("2026-11-21T10:15:00Z"));
    assertThat(UsageBuckets.of(query, Size.DAY, ZoneId.of("UTC")).starts())
        .containsExactly(
            Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(UsageBuckets.of(query, Size.HOUR, ZoneId.of("UTC")).starts()).hasSize(25);
  }

  @Test
  void riseInEveryZoneOverYears() {
    List<ZoneId> zones = ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
    assertThat(zones).hasSizeGreaterThan(400);
    for (ZoneId zone : zones) {
      var year =
          UsageQuery.of(
              Instant.parse("2025-06-01T00:00:00Z"), Instant.parse("2027-06-01T00:00:00Z"));
      List<Instant> days = UsageBuckets.of(year, Size.DAY, zone).starts();
      assertThat(days).as(zone.getId()).isSorted().doesNotHaveDuplicates();
      var weeks =
          UsageQuery.of(
              Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-04-30T00:00:00Z"));
      List<Instant> hours = UsageBuckets.of(weeks, Size.HOUR, zone).starts();
      assertThat(IntStream.range(1, hours.size()).allMatch(i -> shortStep(hours, i)))
          .as(zone.getId())
          .isTrue();
    }
  }

  private static boolean shortStep(List<Instant> hours, int i) {
    long minutes = Duration.between(hours.get(i - 1), hours.get(i)).toMinutes();
    return minutes > 0 && minutes <= 60;
  }

  @Test
  void tooManyAreRefused() {
    var years =
        UsageQuery.of(Instant.parse("2000-01-01T00:00:00Z"), Instant.parse("2026-01-01T00:00:00Z"));
    assertThatExceptionOfType(Failure.Invalid.class)
        .isThrownBy(() -> UsageBuckets.of(years, Size.DAY, ZoneId.of("UTC")))
        .withMessageStartingWith("bucket: makes more than 2000 buckets");
  }
}
