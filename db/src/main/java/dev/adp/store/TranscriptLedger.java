package dev.adp.store;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.Failure.Unavailable;
import dev.adp.domain.UsageRecord;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what was said to PostgreSQL, off the way of the bytes. It keeps what waits in memory, up
 * to a bound: beyond it messages are left out and counted, and their turns say so. Usage is none of
 * its business; that goes through {@link UsageLedger} and never gets lost.
 */
public final class TranscriptLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TranscriptLedger.class);

  /** Turns that may wait, with or without messages; each is about a kilobyte. */
  private static final int TURNS_MAX = 20_000;

  /** What both sides hold in memory at once; the server does so without a file. */
  private static final int BATCH_TURNS = 1_000;

  private static final long BATCH_BYTES_MAX = 4 << 20;
  private static final long IDLE_MS = 100;

  /**
   * By then a call's usage is usually in the database, so that its turn counts with storing it:
   * longer than the drain of usage pauses from batch to batch ({@link UsageDrain}), and some more
   * for the batch itself.
   */
  private static final long SETTLING_NANOS =
      TimeUnit.MILLISECONDS.toNanos(UsageDrain.PAUSE_MS + 300);

  /**
   * For so long turns are gathered that have settled. A batch costs the server as much as many
   * turns, however few are in it.
   */
  private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final long RETRY_MS_MAX = 5_000;
  private static final long CLOSE_MS_MAX = 10_000;

  /** How often a batch is tried while the process stops. */
  private static final int CLOSE_TRIES_MAX = 4;

  private final Database database;
  private final long bytesMax;
  private final WaitingTurns waiting = new WaitingTurns();
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder stored = new LongAdder();
  private final LongAdder droppedMessages = new LongAdder();
  private final LongAdder droppedTurns = new LongAdder();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param bytesMax of messages that may wait for the database; a character counts as two
   */
  public TranscriptLedger(Database database, long bytesMax) {
    this.database = database;
    this.bytesMax = bytesMax;
    this.thread = Thread.ofPlatform().name("adp-transcripts").start(this::run);
  }

  /**
   * Takes one call of a model. Never waits: callable on an event loop.
   *
   * @param transcript without messages where its provider does not record them
   */
  public void offer(UsageRecord record, CallTranscript transcript) {
    if (closing) {
      droppedTurns.increment();
      return;
    }
    if (turns.incrementAndGet() > TURNS_MAX) {
      turns.decrementAndGet();
      droppedTurns.increment();
      return;
    }
    TurnRow row = TurnRow.of(record, transcript);
    long size = row.bytes();
    if (size > 0 && bytes.addAndGet(size) > bytesMax) {
      bytes.addAndGet(-size);
      droppedMessages.increment();
      row = row.withoutMessages();
    }
    waiting.add(row, System.nanoTime());
  }

  /** Turns that the database has taken. */
  public long stored() {
    return stored.sum();
  }

  /**
   * Turns whose messages were left out, since too much was waiting or the database refused them.
   */
  public long droppedMessages() {
    return droppedMessages.sum();
  }

  /** Turns of which nothing was kept. */
  public long droppedTurns() {
    return droppedTurns.sum();
  }

  /** Bytes of messages that wait. */
  public long pendingBytes() {
    return bytes.get();
  }

  private void run() {
    var counting = new TurnCounting(database);
    List<TurnRow> batch = List.of();
    int failures = 0;
    while (true) {
      boolean last = closing; // Seen before looking: what was offered before the end is found.
      batch = batch.isEmpty() ? take(last) : batch;
      boolean idle = batch.isEmpty();
      try {
        store(batch);
        release(batch);
        batch = List.of();
        failures = 0;
      } catch (RuntimeException e) {
        failures++;
        if (failures == 1) {
          LOG.warn("cannot store transcripts: tried again ({})", reason(e));
        }
        boolean given = closing && failures >= CLOSE_TRIES_MAX;
        if (given || !pause(Math.min(RETRY_MS_MAX, IDLE_MS << Math.min(failures, 10)))) {
          drop(batch);
          return;
        }
        continue;
      }
      if (!idle) {
        counting.turnsStored();
      }
      boolean counted = counting.step(last);
      if (idle && !counted && (last || !pause(IDLE_MS))) {
        drop(List.of());
        return;
      }
    }
  }

  private static boolean pause(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /**
   * Takes the next turns, once there are some that have waited for long enough.
   *
   * @param all also those that have only just come
   */
  private List<TurnRow> take(boolean all) {
    var batch = new ArrayList<TurnRow>();
    // Rather counted later than left out.
    boolean atOnce = all || bytes.get() > bytesMax / 2 || turns.get() > TURNS_MAX * 3 / 4;
    boolean crowded = turns.get() > TURNS_MAX / 2;
    long age = atOnce ? 0 : SETTLING_NANOS;
    long firstAge = atOnce || crowded ? age : SETTLING_NANOS + GATHERING_NANOS;
    long size = 0;
    long now = System.nanoTime();
    while (batch.size() < BATCH_TURNS && size < BATCH_BYTES_MAX) {
      Optional<TurnRow> next = waiting.poll(now - (batch.isEmpty() ? firstAge : age));
      if (next.isEmpty()) {
        break;
      }
      TurnRow row = next.get();
      batch.add(row);
      size += row.bytes();
    }
    return batch;
  }

  private void store(List<TurnRow> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      TurnRow.insert(database, batch);
      stored.add(batch.size());
    } catch (PgException e) {
      if (!RecordStore.isFaultOfRows(e)) {
        throw e;
      }
      storeParts(batch, e);
    } catch (Unavailable e) {
      if (!Database.isCancelled(e) || batch.size() == 1) {
        throw e;
      }
      storeParts(batch, e); // All at once would take too long the next time, too.
    }
  }

  /** What the database refuses must not hold up the others. */
  private void storeParts(List<TurnRow> batch, RuntimeException refusal) {
    if (batch.size() > 1) {
      store(batch.subList(0, batch.size() / 2));
      store(batch.subList(batch.size() / 2, batch.size()));
    } else if (batch.getFirst().bytes() > 0) {
      LOG.warn("messages cannot be stored and are left out ({})", reason(refusal));
      droppedMessages.increment();
      store(List.of(batch.getFirst().withoutMessages()));
    } else {
      LOG.warn("a turn cannot be stored and is left out ({})", reason(refusal));
      droppedTurns.increment();
    }
  }

  /** Without what the server quotes: messages never reach a log. */
  private static String reason(RuntimeException e) {
    return e instanceof PgException pg
        ? "SQLSTATE " + pg.getSqlState()
        : e instanceof Unavailable away
            ? String.valueOf(away.getMessage())
            : e.getClass().getName();
  }

  private void release(List<TurnRow> batch) {
    turns.addAndGet(-batch.size());
    bytes.addAndGet(-batch.stream().mapToLong(TurnRow::bytes).sum());
  }

  private void drop(List<TurnRow> batch) {
    long lost = batch.size();
    release(batch);
    for (List<TurnRow> rest = take(true); !rest.isEmpty(); rest = take(true)) {
      lost += rest.size();
      release(rest);
    }
    droppedTurns.add(lost);
    if (lost > 0) {
      LOG.warn("{} turns of transcripts are lost: the database did not answer", lost);
    }
  }

  /** Stores what waits, as far as the database answers, then stops. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MS_MAX))) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
