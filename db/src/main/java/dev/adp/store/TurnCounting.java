package dev.adp.store;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when to look for turns that were stored before their usage and can be counted now: often
 * after turns were stored, for their usage is about to come, else now and then, for what a process
 * that died has left. What fails is tried again later; storing turns goes on meanwhile.
 */
final class TurnCounting {
  private static final Logger LOG = LoggerFactory.getLogger(TurnCounting.class);
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Database database;
  private long busyUntil = System.nanoTime();
  private long due = System.nanoTime();
  private boolean failing;

  TurnCounting(Database database) {
    this.database = database;
  }

  void turnsStored() {
    busyUntil = System.nanoTime() + BUSY_NANOS;
    due = Math.min(due, System.nanoTime() + STEP_NANOS);
  }

  /**
   * Counts what there is.
   *
   * @param now whether it is time in any case
   * @return whether there was something
   */
  boolean step(boolean now) {
    long time = System.nanoTime();
    if (!now && time - due < 0) {
      return false;
    }
    due = time + (time - busyUntil < 0 ? STEP_NANOS : IDLE_NANOS);
    try {
      boolean some = ConversationSums.count(database);
      failing = false;
      if (some) {
        due = time; // There may be more.
      }
      return some;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("cannot count turns of transcripts: tried again", e);
      }
      failing = true;
      due = time + IDLE_NANOS;
      return false;
    }
  }
}
