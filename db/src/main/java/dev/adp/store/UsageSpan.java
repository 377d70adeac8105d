package dev.adp.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The lengths of time that usage is summed up over, all of UTC. */
enum UsageSpan {
  QUARTER_HOUR(0, 900),
  HOUR(1, 3_600),
  SIX_HOURS(2, 21_600),
  DAY(3, 86_400),
  MONTH(4, 0);

  private final int number;
  private final long seconds;

  UsageSpan(int number, long seconds) {
    this.number = number;
    this.seconds = seconds;
  }

  /** As the database numbers it. */
  int number() {
    return number;
  }

  /**
   * Some spans of one length in a row.
   *
   * @param bucket what they belong to
   */
  record Stretch(UsageSpan span, Instant from, Instant to, int bucket) {}

  /** The start of the span that a time lies in. */
  Instant floor(Instant time) {
    return this == MONTH
        ? month(time).toInstant()
        : Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /** A time that begins a span, or the start of the next one. */
  Instant ceil(Instant time) {
    Instant floor = floor(time);
    if (floor.equals(time)) {
      return time;
    }
    return this == MONTH ? month(time).plusMonths(1).toInstant() : floor.plusSeconds(seconds);
  }

  private static OffsetDateTime month(Instant time) {
    return time.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
  }

  /**
   * The fewest spans that make up some buckets of time.
   *
   * @param kept the lengths that there are, rising
   * @param starts of the buckets; the first may begin before the time does
   * @param from where the time begins
   * @param to where it ends
   */
  static List<Stretch> cut(List<UsageSpan> kept, List<Instant> starts, Instant from, Instant to) {
    var stretches = new ArrayList<Stretch>();
    for (int bucket = 0; bucket < starts.size(); bucket++) {
      Instant start = starts.get(bucket).isBefore(from) ? from : starts.get(bucket);
      Instant end = bucket + 1 < starts.size() ? starts.get(bucket + 1) : to;
      cut(kept, start, end, bucket, stretches);
    }
    return stretches;
  }

  private static void cut(
      List<UsageSpan> kept, Instant from, Instant to, int bucket, List<Stretch> stretches) {
    if (!from.isBefore(to)) {
      return;
    }
    UsageSpan longest = kept.getLast();
    if (kept.size() == 1) {
      stretches.add(new Stretch(longest, from, to, bucket));
      return;
    }
    List<UsageSpan> shorter = kept.subList(0, kept.size() - 1);
    Instant first = longest.ceil(from);
    Instant beyond = longest.floor(to);
    if (first.isBefore(beyond)) {
      cut(shorter, from, first, bucket, stretches);
      stretches.add(new Stretch(longest, first, beyond, bucket));
      cut(shorter, beyond, to, bucket, stretches);
    } else {
      cut(shorter, from, to, bucket, stretches);
    }
  }
}
