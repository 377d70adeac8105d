package dev.adp.store;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the journal to PostgreSQL, batch by batch. A batch that is sent twice changes nothing, so
 * this may be killed at any moment: a start reads again what is still on disk.
 */
public final class UsageDrain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageDrain.class);
  private static final long IDLE_MS = 100;

  /**
   * From batch to batch while there is little to do: each changes many sums, however small it is.
   */
  static final long PAUSE_MS = 400;

  private static final long RETRY_MS_MAX = 5_000;
  private static final long CLOSE_MS_MAX = 10_000;

  private final UsageJournal journal;
  private final JournalReader reader;
  private final RecordStore store;
  private final Thread thread;
  private volatile boolean closing;
  private long retryMs;

  public UsageDrain(UsageJournal journal, Database database) {
    this.journal = journal;
    this.reader = new JournalReader(journal);
    this.store = new RecordStore(database, journal.directory());
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
        if (!more && closing) {
          reader.dropLast();
          return;
        }
        if (!more) {
          TimeUnit.MILLISECONDS.sleep(IDLE_MS);
        } else if (!closing && journal.pendingBytes() < JournalReader.PIECE_BYTES_MAX) {
          long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          TimeUnit.MILLISECONDS.sleep(Math.max(0, PAUSE_MS - taken));
        }
        retryMs = 0;
      } catch (InterruptedException _) {
        return;
      } catch (IOException | RuntimeException e) {
        if (closing) {
          LOG.warn("usage stays in the journal for the next start", e);
          return;
        }
        if (!backOff(e)) {
          return;
        }
      }
    }
  }

  private boolean backOff(Exception e) {
    if (retryMs == 0) {
      LOG.warn("cannot store usage: it stays in the journal and is tried again", e);
    }
    retryMs = Math.min(RETRY_MS_MAX, Math.max(IDLE_MS, retryMs * 2));
    try {
      TimeUnit.MILLISECONDS.sleep(retryMs);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /** Stores one batch of the oldest records; says whether there may be more. */
  private boolean step() throws IOException {
    List<JournalReader.Piece> pieces = reader.next();
    List<String> rows = pieces.stream().flatMap(piece -> piece.rows().stream()).toList();
    if (!rows.isEmpty()) {
      store.store(rows);
    }
    reader.stored(pieces);
    return !pieces.isEmpty();
  }

  /** Drains what is left, as far as the database answers, then stops. Close the journal first. */
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
