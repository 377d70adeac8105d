package dev.adp.store;

import dev.adp.domain.Failure.Unavailable;
import dev.adp.store.JournalBacklog.Position;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the journal to PostgreSQL, batch by batch. A batch that is sent twice changes nothing, so
 * this may be killed at any moment: a start reads again what is still on disk.
 */
public final class UsageDrain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageDrain.class);
  private static final int PIECE_BYTES_MAX = 4 << 20;

  /** What one transaction takes at most: the more it does the rarer each sum is written. */
  private static final int BATCH_BYTES_MAX = 16 << 20;

  /** Classes of errors that lie in the rows themselves: the same rows would fail for ever. */
  private static final Set<String> FAULTS_OF_ROWS =
      Set.of(
          "21", // cardinality violation
          "22", // data exception
          "23", // integrity constraint violation
          "54"); // program limit exceeded

  /** Perhaps a month has got its place just now, and the row was on its way to elsewhere. */
  private static final String CHECK_VIOLATION = "23514";

  private static final long IDLE_MS = 100;

  /**
   * From batch to batch while there is little to do: each changes many sums, however small it is.
   */
  static final long PAUSE_MS = 400;

  private static final long RETRY_MS_MAX = 5_000;
  private static final long CLOSE_MS_MAX = 10_000;

  private final UsageJournal journal;
  private final Database database;
  private final Thread thread;
  private final LongAdder batches = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private volatile boolean closing;
  private long offset;
  private long retryMs;

  public UsageDrain(UsageJournal journal, Database database) {
    this.journal = journal;
    this.database = database;
    this.thread = Thread.ofPlatform().name("adp-drain").start(this::run);
  }

  /** Batches that went to the database. */
  public long batches() {
    return batches.sum();
  }

  /** Records that the database did not take, kept in a file. */
  public long rejected() {
    return rejected.sum();
  }

  private void run() {
    while (true) {
      try {
        long start = System.nanoTime();
        boolean more = step();
        if (!more && closing) {
          dropLast();
          return;
        }
        if (!more) {
          TimeUnit.MILLISECONDS.sleep(IDLE_MS);
        } else if (!closing && journal.pendingBytes() < PIECE_BYTES_MAX) {
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

  /** Nobody writes any more and all is stored: the next process has nothing to read again. */
  private void dropLast() throws IOException {
    if (!journal.hasStopped()) {
      return;
    }
    Position end = journal.written();
    Path directory = journal.directory();
    if (offset == end.offset()
        && JournalFiles.segments(directory).equals(List.of(end.segment()))
        && Files.size(JournalFiles.segment(directory, end.segment())) == offset) {
      journal.drained(end.segment());
      offset = 0;
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

  /**
   * A piece of a segment.
   *
   * @param end where it ends
   * @param last whether the segment ends there, too, and grows no more
   */
  private record Piece(long segment, List<String> rows, long end, boolean last) {}

  /** Stores one batch of the oldest pieces; says whether there may be more. */
  private boolean step() throws IOException {
    List<Piece> pieces = pieces();
    List<String> rows = pieces.stream().flatMap(piece -> piece.rows().stream()).toList();
    if (!rows.isEmpty()) {
      store(rows);
    }
    for (Piece piece : pieces) {
      offset = piece.end();
      journal.stored(piece.segment(), offset, piece.rows().size());
      if (piece.last()) {
        journal.drained(piece.segment());
        offset = 0;
      }
    }
    return !pieces.isEmpty();
  }

  private List<Piece> pieces() throws IOException {
    Position written = journal.written();
    var pieces = new ArrayList<Piece>();
    long from = offset;
    long bytes = 0;
    for (long segment : JournalFiles.segments(journal.directory())) {
      Path file = JournalFiles.segment(journal.directory(), segment);
      boolean sealed = segment < written.segment();
      long end = sealed ? Files.size(file) : written.offset();
      boolean more = from < end || sealed;
      while (more && bytes < BATCH_BYTES_MAX) {
        JournalFiles.Batch batch = JournalFiles.read(file, from, end, PIECE_BYTES_MAX, sealed);
        bytes += batch.nextOffset() - from;
        more = batch.nextOffset() > from && batch.nextOffset() < end;
        from = batch.nextOffset();
        pieces.add(new Piece(segment, batch.rows(), from, sealed && from >= end));
      }
      if (pieces.isEmpty() || !pieces.getLast().last()) {
        break;
      }
      from = 0;
    }
    return pieces;
  }

  private void store(List<String> rows) throws IOException {
    store(rows, true);
  }

  private void store(List<String> rows, boolean first) throws IOException {
    try {
      List<String> late = database.transaction(tx -> UsageAddition.store(tx, rows));
      batches.increment();
      keepLate(late);
    } catch (PgException e) {
      if (!isFaultOfRows(e)) {
        throw e;
      }
      if (first && CHECK_VIOLATION.equals(e.getSqlState())) {
        store(rows, false);
      } else if (rows.size() == 1) {
        setAside(rows.getFirst(), e);
      } else {
        storeHalves(rows);
      }
    } catch (Unavailable e) {
      boolean tooMuch = Database.isCancelled(e) || Database.isOutOfRoom(e);
      if (!tooMuch || rows.size() == 1) {
        throw e;
      }
      storeHalves(rows); // All at once would be too much the next time, too.
    }
  }

  /** Whether the same rows would be refused again. */
  static boolean isFaultOfRows(PgException e) {
    return FAULTS_OF_ROWS.contains(e.getSqlState().substring(0, 2));
  }

  private void storeHalves(List<String> rows) throws IOException {
    store(rows.subList(0, rows.size() / 2));
    store(rows.subList(rows.size() / 2, rows.size()));
  }

  /** One row that the database will never take must not hold up all the others, nor get lost. */
  private void setAside(String row, PgException e) throws IOException {
    rejected.increment();
    Path file = journal.directory().resolve("rejected.jsonl");
    LOG.error("a usage record cannot be stored and is kept in {}", file, e);
    append(file, List.of(row));
  }

  /**
   * Whether these were counted before their month was dropped, nobody knows any more: they are not
   * counted a second time, nor lost.
   */
  private void keepLate(List<String> rows) throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    Path file = journal.directory().resolve("late.jsonl");
    LOG.warn(
        "{} usage records are of months that were dropped: they are not counted, but kept in {}",
        rows.size(),
        file);
    append(file, rows);
  }

  private static void append(Path file, List<String> rows) throws IOException {
    Files.write(file, rows, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
