package dev.adp.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The lengths of time that usage is summed up over, all of UTC. Each but the first is made up of
 * whole ones of the length before it.
 */
enum UsageSpan {
  QUARTER_HOUR(0, 900),
  HOUR(1, 3_600),
  SIX_HOURS(2, 21_600),
  DAY(3, 86_400),
  /** From the 1st, the 11th and the 21st of a month, the last up to its end. */
  TEN_DAYS(5, 3, 10),
  MONTH(4, 1, 0);

  private static final int MONTHS = 12;

  private final int number;
  private final long seconds;
  private final int perMonth;
  private final int days;

  UsageSpan(int number, long seconds) {
    this(number, seconds, 0, 0);
  }

  UsageSpan(int number, int perMonth, int days) {
    this(number, 0, perMonth, days);
  }

  UsageSpan(int number, long seconds, int perMonth, int days) {
    this.number = number;
    this.seconds = seconds;
    this.perMonth = perMonth;
    this.days = days;
  }

  /** As the database numbers it. */
  int number() {
    return number;
  }

  /**
   * Some spans of one length in a row.
   *
   * @param sign 1, or -1 of what another stretch has too much
   * @param bucket what they belong to
   */
  record Stretch(UsageSpan span, Instant from, Instant to, int sign, int bucket) {}

  /** The start of the span that a time lies in. */
  Instant floor(Instant time) {
    return start(place(time));
  }

  /** A time that begins a span, or the start of the next one. */
  Instant ceil(Instant time) {
    Instant floor = floor(time);
    return floor.equals(time) ? time : start(place(time) + 1);
  }

  /** Which span in the row of all that there are a time lies in. */
  private long place(Instant time) {
    if (perMonth == 0) {
      return Math.floorDiv(time.getEpochSecond(), seconds);
    }
    OffsetDateTime day = time.atOffset(ZoneOffset.UTC);
    long month = (long) day.getYear() * MONTHS + day.getMonthValue() - 1;
    int part = days == 0 ? 0 : Math.min((day.getDayOfMonth() - 1) / days, perMonth - 1);
    return month * perMonth + part;
  }

  private Instant start(long place) {
    if (perMonth == 0) {
      return Instant.ofEpochSecond(place * seconds);
    }
    long month = Math.floorDiv(place, perMonth);
    return OffsetDateTime.of(
            Math.toIntExact(Math.floorDiv(month, MONTHS)),
            1 + Math.floorMod(month, MONTHS),
            1 + days * Math.floorMod(place, perMonth),
            0,
            0,
            0,
            0,
            ZoneOffset.UTC)
        .toInstant();
  }

  /** How many spans lie between two times, whichever is the earlier. */
  private long between(Instant one, Instant other) {
    return Math.abs(place(one) - place(other));
  }

  /**
   * The fewest spans that make up some buckets of time. Some of them may be taken off again: a day
   * of another zone is a day of UTC, without its first hours and with those of the next day.
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
      if (start.isBefore(end)) {
        fewest(kept, start, end).add(stretches, bucket);
      }
    }
    return stretches;
  }

  /**
   * From an end of a bucket to where longer spans begin, forth or back.
   *
   * @param at where it leads to
   * @param spans how many it takes
   * @param before the way up to its last stretch
   * @param by of which length that is
   */
  private record Way(Instant at, long spans, Optional<Way> before, UsageSpan by) {
    Way to(Instant there, UsageSpan span) {
      return new Way(there, spans + span.between(at, there), Optional.of(this), span);
    }
  }

  /** A bucket as two ways, and the spans of one length between where they lead to. */
  private record Cut(Way begin, Way end, UsageSpan span) {
    long spans() {
      return begin.spans + end.spans + span.between(begin.at, end.at);
    }

    void add(List<Stretch> stretches, int bucket) {
      for (Way way = begin; way.before.isPresent(); way = way.before.get()) {
        add(stretches, way.by, way.before.get().at, way.at, bucket);
      }
      add(stretches, span, begin.at, end.at, bucket);
      for (Way way = end; way.before.isPresent(); way = way.before.get()) {
        add(stretches, way.by, way.at, way.before.get().at, bucket);
      }
    }

    private static void add(
        List<Stretch> stretches, UsageSpan span, Instant from, Instant to, int bucket) {
      if (from.isBefore(to)) {
        stretches.add(new Stretch(span, from, to, 1, bucket));
      } else if (to.isBefore(from)) {
        stretches.add(new Stretch(span, to, from, -1, bucket));
      }
    }
  }

  /** Tries each length in the middle; of several ways to one place only the shortest is kept. */
  private static Cut fewest(List<UsageSpan> kept, Instant from, Instant to) {
    UsageSpan span = kept.getFirst();
    List<Way> begins = List.of(new Way(from, 0, Optional.empty(), span));
    List<Way> ends = List.of(new Way(to, 0, Optional.empty(), span));
    Cut fewest = new Cut(begins.getFirst(), ends.getFirst(), span);
    for (UsageSpan longer : kept.subList(1, kept.size())) {
      begins = onTo(longer, from, begins, span);
      ends = onTo(longer, to, ends, span);
      span = longer;
      for (Way begin : begins) {
        for (Way end : ends) {
          Cut cut = new Cut(begin, end, span);
          fewest = cut.spans() < fewest.spans() ? cut : fewest;
        }
      }
    }
    return fewest;
  }

  /** The shortest ways to the spans on both sides of a time. */
  private static List<Way> onTo(UsageSpan longer, Instant time, List<Way> ways, UsageSpan by) {
    return Stream.of(longer.floor(time), longer.ceil(time))
        .distinct()
        .map(
            there ->
                ways.stream()
                    .map(way -> way.to(there, by))
                    .reduce((one, other) -> other.spans < one.spans ? other : one)
                    .orElseThrow())
        .toList();
  }
}
