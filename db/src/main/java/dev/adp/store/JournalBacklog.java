package dev.adp.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** What of the journal waits for the database: how many records, and since when. */
final class JournalBacklog {
  private static final long MARK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MARKS_MAX = 100_000; // More than a day of outage.

  private final Deque<Mark> marks = new ArrayDeque<>();
  private long pending;

  /** A place in the journal: everything before the offset in the segment is written. */
  record Position(long segment, long offset) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::segment).thenComparingLong(Position::offset);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }
  }

  /** Everything from the mark before up to this end was written at this time or later. */
  private record Mark(Position end, long sinceNanos) {}

  /** An earlier process has left these. */
  synchronized void left(Position end, long records, Duration age) {
    pending += records;
    marks.add(new Mark(end, System.nanoTime() - age.toNanos()));
  }

  synchronized void written(Position end, int records) {
    long now = System.nanoTime();
    pending += records;
    Mark last = marks.peekLast();
    boolean merge =
        last != null && (now - last.sinceNanos() < MARK_EVERY_NANOS || marks.size() >= MARKS_MAX);
    if (merge) {
      marks.removeLast();
    }
    marks.add(new Mark(end, merge ? last.sinceNanos() : now));
  }

  /** All before this place is in the database, the last so many records of it since now. */
  synchronized void stored(Position upTo, int records) {
    pending -= records;
    while (!marks.isEmpty() && marks.getFirst().end().compareTo(upTo) <= 0) {
      marks.removeFirst();
    }
    if (marks.isEmpty()) {
      pending = 0; // Damaged lines were counted, and never will be stored.
    }
  }

  synchronized long pending() {
    return pending;
  }

  /** Age of the oldest record that waits; zero when none does. */
  synchronized Duration oldest() {
    return marks.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - marks.getFirst().sinceNanos());
  }
}
