package dev.adp.store;

import dev.adp.domain.Failure.Unavailable;
import dev.adp.store.UsageRows.Portion;
import io.vertx.core.json.DecodeException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores batches of usage records, whatever single rows of them the database refuses: those are
 * kept in files beside the journal, so that they neither hold up the others nor get lost.
 */
final class RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);

  /** Classes of errors that lie in the rows themselves: the same rows would fail for ever. */
  private static final Set<String> FAULTS_OF_ROWS =
      Set.of(
          "21", // cardinality violation
          "22", // data exception
          "23", // integrity constraint violation
          "54"); // program limit exceeded

  /** Perhaps a month has got its place just now, and the row was on its way to elsewhere. */
  private static final String CHECK_VIOLATION = "23514";

  /** For fewer, to copy takes more questions and answers than it saves. */
  private static final int COPIED_MIN = 100;

  private final Database database;
  private final RecordCopies copies;
  private final Path kept;
  private final LongAdder batches = new LongAdder();
  private final LongAdder rejected = new LongAdder();

  /**
   * Held by whoever adds to the sums, until his commit. The database would let the next one wait
   * just as well, but it counts that as time of his statement.
   */
  private final ReentrantLock adding = new ReentrantLock(true);

  /**
   * @param copies the short way, which is tried first
   * @param kept the directory for records that are not stored
   */
  RecordStore(Database database, RecordCopies copies, Path kept) {
    this.database = database;
    this.copies = copies;
    this.kept = kept;
  }

  /** Batches that went to the database. */
  long batches() {
    return batches.sum();
  }

  /** Records that the database did not take, kept in a file. */
  long rejected() {
    return rejected.sum();
  }

  /** Stores these; a record that is there already changes nothing. */
  void store(List<Portion> portions) throws IOException {
    List<JournalRow> copied = rows(portions.stream().filter(Portion::countsEachTime).toList());
    if (copied.size() < COPIED_MIN || !copied(copied)) {
      store(portions, true);
      return;
    }
    List<Portion> left = portions.stream().filter(portion -> !portion.countsEachTime()).toList();
    if (left.isEmpty()) {
      batches.increment();
    } else {
      store(left, true);
    }
  }

  private boolean copied(List<JournalRow> rows) {
    try {
      return copies.store(rows, adding::lock);
    } finally {
      letTheNextAdd();
    }
  }

  private void store(List<Portion> portions, boolean first) throws IOException {
    try {
      List<String> late;
      try {
        late = database.transaction(tx -> inTurn(tx, portions));
      } finally {
        letTheNextAdd();
      }
      batches.increment();
      keepLate(late);
    } catch (PgException e) {
      if (!isFaultOfRows(e)) {
        throw e;
      }
      if (first && CHECK_VIOLATION.equals(e.getSqlState())) {
        store(portions, false);
      } else {
        storeAllBut(rows(portions), e);
      }
    } catch (DecodeException e) {
      storeAllBut(rows(portions), e); // Whole, by its checksum, and no record all the same.
    } catch (Unavailable e) {
      boolean tooMuch = Database.isCancelled(e) || Database.isOutOfRoom(e);
      List<JournalRow> rows = rows(portions);
      if (!tooMuch || rows.size() == 1) {
        throw e;
      }
      storeHalves(rows); // All at once would be too much the next time, too.
    }
  }

  /** At most one at a time adds to the sums; a transaction that begins anew lines up again. */
  private List<String> inTurn(Database.Tx tx, List<Portion> portions) {
    letTheNextAdd();
    return UsageAddition.store(tx, portions, adding::lock);
  }

  private void letTheNextAdd() {
    while (adding.isHeldByCurrentThread()) {
      adding.unlock();
    }
  }

  private static List<JournalRow> rows(List<Portion> portions) {
    return portions.stream().flatMap(portion -> portion.rows().stream()).toList();
  }

  /** Whether the same rows would be refused again. */
  static boolean isFaultOfRows(PgException e) {
    return FAULTS_OF_ROWS.contains(e.getSqlState().substring(0, 2));
  }

  private void storeAllBut(List<JournalRow> rows, RuntimeException fault) throws IOException {
    if (rows.size() == 1) {
      setAside(rows.getFirst(), fault);
    } else {
      storeHalves(rows);
    }
  }

  private void storeHalves(List<JournalRow> rows) throws IOException {
    store(UsageRows.portions(rows.subList(0, rows.size() / 2)), true);
    store(UsageRows.portions(rows.subList(rows.size() / 2, rows.size())), true);
  }

  /** One row that the database will never take must not hold up all the others, nor get lost. */
  private void setAside(JournalRow row, RuntimeException e) throws IOException {
    rejected.increment();
    Path file = kept.resolve("rejected.jsonl");
    LOG.error("a usage record cannot be stored and is kept in {}", file, e);
    append(file, List.of(row.text()));
  }

  /**
   * Whether these were counted before their month was dropped, nobody knows any more: they are not
   * counted a second time, nor lost.
   */
  private void keepLate(List<String> rows) throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    Path file = kept.resolve("late.jsonl");
    LOG.warn(
        "{} usage records are of months that were dropped: they are not counted, but kept in {}",
        rows.size(),
        file);
    append(file, rows);
  }

  private synchronized void append(Path file, List<String> rows) throws IOException {
    Files.write(file, rows, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
