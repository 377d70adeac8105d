package dev.adp.store;

import io.vertx.core.json.DecodeException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores records that are all new, by COPY and with their sums worked out: a third of what it costs
 * the database to look at each. Whatever is in the way, nothing is stored then, and {@link
 * RecordStore} goes the long way, which knows about records that are there already or cannot be
 * stored. The client of the pools has no COPY, so connections are made by JDBC here.
 */
final class RecordCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordCopies.class);

  private static final String RECORDS = copy("usage_record", CopyLine.COLUMNS);
  private static final String SUMS = copy("pg_temp.usage_new", RecordSums.SUM_COLUMNS);
  private static final String TIMINGS =
      copy("pg_temp.usage_new_latency", RecordSums.TIMING_COLUMNS);

  private static final int BUFFER_BYTES = 64 << 10;

  /** Of one COPY, which has as much time as any statement. */
  private static final int COPY_ROWS = 2_500;

  /** How long the short way is left alone once something was in its way that is so for a while. */
  private static final Duration REST = Duration.ofMinutes(1);

  /** What has been idle for longer is not used any more: it may be dead, and nobody would know. */
  private static final Duration IDLE_MAX = Duration.ofSeconds(8);

  /** The state of those who bring what is there already, as after each kill. */
  private static final String THERE_ALREADY = "23505";

  private final String databaseUrl;
  private final Postgres.Patience patience;
  private final ConcurrentLinkedDeque<Kept> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /** By {@link System#nanoTime}. */
  private volatile long restsUntil = System.nanoTime();

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("adp-copy-watch").factory());

  /** A connection that nobody uses, since then. */
  private record Kept(Connection connection, long nanos) {}

  /** Something about the records that the long way sorts out. */
  private static final class NotAllNew extends Exception {
    private static final long serialVersionUID = 1;
  }

  RecordCopies(String databaseUrl, Postgres.Patience patience) {
    this.databaseUrl = databaseUrl;
    this.patience = patience;
  }

  private static String copy(String table, List<String> columns) {
    return "copy %s (%s) from stdin".formatted(table, String.join(", ", columns));
  }

  /**
   * Stores all of these or none.
   *
   * @param beforeAdding is run once they are stored and not yet among the sums
   * @return whether they are stored; if not, nothing is said of why
   */
  boolean store(List<JournalRow> rows, Runnable beforeAdding) {
    if (closed || System.nanoTime() - restsUntil < 0) {
      return false;
    }
    try {
      Connection connection = take();
      try {
        store(connection, rows, beforeAdding);
      } catch (SQLException | IOException | NotAllNew | RuntimeException | Error e) {
        abort(connection); // With all that it has begun.
        throw e;
      }
      keep(connection);
      return true;
    } catch (NotAllNew e) {
      return false;
    } catch (SQLException e) {
      if (!THERE_ALREADY.equals(e.getSQLState())) {
        rest("SQL state " + e.getSQLState()); // Its message would repeat rows.
      }
      return false;
    } catch (IOException e) {
      rest("the connection broke off");
      return false;
    } catch (IllegalArgumentException | ArithmeticException | DecodeException e) {
      LOG.debug("a row is not as usual", e);
      return false;
    } catch (RuntimeException e) { // Whatever it is, the long way is there for it.
      LOG.warn("usage records could not be copied", e);
      rest(e.getClass().getSimpleName());
      return false;
    }
  }

  private void rest(String why) {
    restsUntil = System.nanoTime() + REST.toNanos();
    LOG.info("usage records go the long way into the database for {} s: {}", REST.toSeconds(), why);
  }

  private void store(Connection connection, List<JournalRow> rows, Runnable beforeAdding)
      throws SQLException, IOException, NotAllNew {
    var totals = new RecordSums();
    try (Statement statement = connection.createStatement()) {
      Instant since = begin(statement);
      for (int from = 0; from < rows.size(); from += COPY_ROWS) {
        List<JournalRow> some = rows.subList(from, Math.min(rows.size(), from + COPY_ROWS));
        copy(connection, RECORDS, out -> writeRecords(some, totals, out));
      }
      if (totals.earliest().isBefore(since)) {
        throw new NotAllNew();
      }
      copy(connection, SUMS, totals::writeSums);
      copy(connection, TIMINGS, totals::writeTimings);
      beforeAdding.run();
      statement.execute("select usage_add(true), usage_add_latencies()");
    }
    connection.commit();
  }

  private static Instant begin(Statement statement) throws SQLException {
    try (ResultSet since = statement.executeQuery("select usage_copy_begin()")) {
      since.next();
      return since.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private static void writeRecords(List<JournalRow> rows, RecordSums totals, PGCopyOutputStream out)
      throws IOException {
    var line = new CopyLine();
    for (JournalRow row : rows) {
      line.set(row);
      totals.add(line);
      out.write(line.bytes(), 0, line.length());
    }
  }

  private interface Lines {
    void writeTo(PGCopyOutputStream out) throws IOException;
  }

  /** Reading ends by itself when nothing comes; writing to somebody who does not read would not. */
  private void copy(Connection connection, String statement, Lines lines)
      throws SQLException, IOException {
    Future<?> end =
        watch.schedule(
            () -> {
              var _ = Thread.ofVirtual().start(() -> abort(connection)); // Which may take a while.
            },
            patience.silence().toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      var out =
          new PGCopyOutputStream(connection.unwrap(PGConnection.class), statement, BUFFER_BYTES);
      lines.writeTo(out);
      out.endCopy();
    } finally {
      end.cancel(false);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("a connection was gone before it was ended", e);
    }
  }

  private Connection take() throws SQLException {
    for (Kept last = kept.poll(); last != null; last = kept.poll()) {
      if (System.nanoTime() - last.nanos() < IDLE_MAX.toNanos()) {
        return last.connection();
      }
      close(last.connection());
    }
    return Postgres.connection(databaseUrl, patience);
  }

  private void keep(Connection connection) {
    kept.add(new Kept(connection, System.nanoTime()));
    if (closed) {
      closeKept();
    }
  }

  private void closeKept() {
    for (Kept last = kept.poll(); last != null; last = kept.poll()) {
      close(last.connection());
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("a connection could not be closed", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    watch.shutdown(); // What is watched stays so.
    closeKept();
  }
}
