package dev.adp.domain;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of time cut into buckets that follow the clock on the wall.
 *
 * @param starts of the buckets, rising; each ends where the next begins, the last with the stretch
 */
public record UsageBuckets(Size size, ZoneId zone, List<Instant> starts) {
  public static final int BUCKETS_MAX = 2_000;
  private static final long HOUR_S = 3_600;
  private static final long QUARTER_S = 900;
  private static final Duration DAY = Duration.ofDays(1);

  /** How long a bucket is; days have 23 or 25 hours where the clocks change. */
  public enum Size {
    QUARTER_HOUR,
    HOUR,
    DAY
  }

  public UsageBuckets {
    starts = List.copyOf(starts);
  }

  /**
   * Cuts the stretch of a query; its first bucket may begin before it.
   *
   * @throws Failure.Invalid when there would be more than {@link #BUCKETS_MAX}
   */
  public static UsageBuckets of(UsageQuery query, Size size, ZoneId zone) {
    var starts = new ArrayList<Instant>();
    Instant next = floor(query.start(), size, zone);
    while (next.isBefore(query.end())) {
      if (starts.size() == BUCKETS_MAX) {
        throw new Failure.Invalid(
            "bucket",
            "makes more than %d buckets of this range: choose a larger bucket or a shorter range"
                .formatted(BUCKETS_MAX));
      }
      starts.add(next);
      next = after(next, size, zone);
    }
    return new UsageBuckets(size, zone, starts);
  }

  /** Hours for a day or less, however long that day is on the clocks of the zone; else days. */
  public static Size sizeOf(UsageQuery query, ZoneId zone) {
    boolean isShort = Duration.between(query.start(), query.end()).compareTo(DAY) <= 0;
    boolean withinADay = !query.end().isAfter(query.start().atZone(zone).plusDays(1).toInstant());
    return isShort || withinADay ? Size.HOUR : Size.DAY;
  }

  private static Instant floor(Instant time, Size size, ZoneId zone) {
    return switch (size) {
      case QUARTER_HOUR -> floor(time, QUARTER_S, zone);
      case HOUR -> floor(time, HOUR_S, zone);
      case DAY -> LocalDate.ofInstant(time, zone).atStartOfDay(zone).toInstant();
    };
  }

  private static Instant floor(Instant time, long seconds, ZoneId zone) {
    long offset = zone.getRules().getOffset(time).getTotalSeconds();
    long local = time.getEpochSecond() + offset;
    return Instant.ofEpochSecond(Math.floorDiv(local, seconds) * seconds - offset);
  }

  private static Instant after(Instant start, Size size, ZoneId zone) {
    return switch (size) {
      case QUARTER_HOUR -> start.plusSeconds(QUARTER_S);
      // Where clocks change by half an hour, the hour after begins in its middle.
      case HOUR ->
          start.plusSeconds(
              HOUR_S - Duration.between(floor(start, HOUR_S, zone), start).toSeconds());
      case DAY -> LocalDate.ofInstant(start, zone).plusDays(1).atStartOfDay(zone).toInstant();
    };
  }
}
