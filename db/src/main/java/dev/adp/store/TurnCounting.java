package dev.adp.store;

import java.util.concurrent.TimeUnit;

/**
 * Decides when to look for turns that can be counted: often after turns were stored, for their
 * usage is about to come, else now and then, for what a process that died has left.
 */
final class TurnCounting {
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Database database;
  private long busyUntil = System.nanoTime();
  private long due = System.nanoTime();

  TurnCounting(Database database) {
    this.database = database;
  }

  void turnsStored() {
    busyUntil = System.nanoTime() + BUSY_NANOS;
  }

  /** Counts what there is, if it is time; says whether there was something. */
  boolean step() {
    long now = System.nanoTime();
    if (now - busyUntil > 0 && now - due < 0) {
      return false;
    }
    due = now + IDLE_NANOS;
    return ConversationSums.count(database);
  }
}
