package dev.adp.store;

import dev.adp.store.JournalReader.Batch;
import dev.adp.store.JournalReader.Piece;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the journal to PostgreSQL, batch by batch. Where much waits, two batches are on their way
 * at once, since one stores its records while the other adds to the sums, and the next is read
 * meanwhile. A batch that is sent twice changes nothing, so this may be killed at any moment: a
 * start reads again what is still on disk.
 */
public final class UsageDrain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageDrain.class);
  private static final long IDLE_MS = 100;

  /** Batches that the database is given at once. */
  private static final int LANES = 2;

  /**
   * From batch to batch while there is little to do: each changes many sums, however small it is.
   */
  static final long PAUSE_MS = 400;

  private static final long RETRY_MS_MAX = 5_000;
  private static final long CLOSE_MS_MAX = 10_000;

  private final UsageJournal journal;
  private final JournalReader reader;
  private final RecordCopies copies;
  private final RecordStore store;
  private final ExecutorService lanes =
      Executors.newFixedThreadPool(
          LANES, Thread.ofPlatform().daemon().name("adp-drain-", 1).factory());
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private long retryMs;

  /** Since the close: what was on its way by then may have been refused before. */
  private int refusedSinceClose;

  /** What is on its way, the oldest first; one more than lanes is read already. */
  private final List<Sent> sent = new ArrayList<>();

  /**
   * A batch on its way to the database.
   *
   * @param pieces those of it that the journal does not know to be stored
   */
  private record Sent(Batch batch, Deque<Piece> pieces, Future<?> stored) {}

  /**
   * @param databaseUrl of the same database
   */
  public UsageDrain(UsageJournal journal, Database database, String databaseUrl) {
    this(
        journal,
        database,
        new RecordCopies(databaseUrl, Postgres.Patience.DEFAULT),
        JournalReader.batchBytesMax());
  }

  UsageDrain(UsageJournal journal, Database database, RecordCopies copies, long batchBytesMax) {
    this.journal = journal;
    this.reader = new JournalReader(journal, batchBytesMax);
    this.copies = copies;
    this.store = new RecordStore(database, copies, journal.directory());
    this.thread = Thread.ofPlatform().name("adp-drain").start(this::run);
  }

  /** Batches that went to the database. */
  public long batches() {
    return store.batches();
  }

  /** Records that the database did not take, kept in a file. */
  public long rejected() {
    return store.rejected();
  }

  private void run() {
    while (true) {
      try {
        long start = System.nanoTime();
        boolean more = step();
        if (!more && isClosing()) {
          reader.dropLast();
          return;
        }
        if (!more) {
          TimeUnit.MILLISECONDS.sleep(IDLE_MS);
        } else if (!isClosing() && journal.pendingBytes() < JournalReader.PIECE_BYTES_MAX) {
          long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          TimeUnit.MILLISECONDS.sleep(Math.max(0, PAUSE_MS - taken));
        }
        retryMs = 0;
      } catch (InterruptedException _) {
        return;
      } catch (IOException | RuntimeException e) {
        if (isClosing() && ++refusedSinceClose > LANES) {
          LOG.warn("usage stays in the journal for the next start", e);
          return;
        }
        if (!backOff(e)) {
          return;
        }
      }
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private boolean backOff(Exception e) {
    if (retryMs == 0) {
      LOG.warn("cannot store usage: it stays in the journal and is tried again", e);
    }
    retryMs = Math.min(RETRY_MS_MAX, Math.max(IDLE_MS, retryMs * 2));
    try {
      var _ = closing.await(retryMs, TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /** Waits until the oldest records are stored; says whether there may be more. */
  private boolean step() throws IOException, InterruptedException {
    // All that has failed meanwhile: why it did may long be over.
    sent.replaceAll(
        each ->
            each.stored().state() == Future.State.FAILED
                ? send(each.batch(), each.pieces())
                : each);
    readAhead();
    if (sent.isEmpty()) {
      return false;
    }
    Sent oldest = sent.getFirst();
    awaitStored(oldest);
    for (; !oldest.pieces().isEmpty(); oldest.pieces().remove()) {
      reader.stored(oldest.pieces().element());
    }
    sent.removeFirst();
    return true;
  }

  private void readAhead() throws IOException {
    try {
      while (sent.isEmpty() || (sent.size() <= LANES && muchWaits())) {
        Batch batch = reader.next();
        if (batch.isEmpty()) {
          return;
        }
        sent.add(send(batch, new ArrayDeque<>(batch.pieces())));
      }
    } catch (IOException | UncheckedIOException e) {
      if (sent.isEmpty()) {
        throw e;
      } // Else what was read before goes on, and this is told once nothing is left of it.
    }
  }

  private Sent send(Batch batch, Deque<Piece> pieces) {
    Future<?> stored =
        lanes.submit(
            () -> {
              if (!batch.portions().isEmpty()) {
                store.store(batch.portions());
              }
              batch.release(); // What fails is read again, what is stored is not.
              return null;
            });
    return new Sent(batch, pieces, stored);
  }

  /** Whether there is more to read than what is on its way, and enough of it. */
  private boolean muchWaits() {
    long onItsWay = sent.stream().mapToLong(each -> each.batch().bytes()).sum();
    return journal.pendingBytes() - onItsWay >= JournalReader.PIECE_BYTES_MAX;
  }

  private static void awaitStored(Sent batch) throws IOException, InterruptedException {
    try {
      var _ = batch.stored().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
  }

  /** Drains what is left, as far as the database answers, then stops. Close the journal first. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MS_MAX))) {
        LOG.warn(
            "usage stays in the journal for the next start: the database took longer than {} ms",
            CLOSE_MS_MAX);
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    lanes.shutdownNow();
    copies.close();
  }
}
