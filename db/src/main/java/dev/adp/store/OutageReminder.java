package dev.adp.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Says when it is time to tell of an outage: as it begins, and again every so often. */
final class OutageReminder {
  private final long everyNanos;
  private final LongSupplier nanoTime;
  private boolean lasts;
  private long toldAtNanos;

  OutageReminder(Duration every, LongSupplier nanoTime) {
    this.everyNanos = every.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether this failure is one to tell of. */
  boolean isDue() {
    long now = nanoTime.getAsLong();
    if (lasts && now - toldAtNanos < everyNanos) {
      return false;
    }
    lasts = true;
    toldAtNanos = now;
    return true;
  }

  /** Whether something that works has been away until now. */
  boolean isOver() {
    boolean was = lasts;
    lasts = false;
    return was;
  }
}
