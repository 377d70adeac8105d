package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.AUDIT_LOG;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes lines of the audit log that are older than they need to be, once an hour. */
public final class AuditRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);
  private static final int BATCH_ROWS = 10_000;

  private final Database database;
  private final Clock clock;
  private final Duration kept;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param kept how long a line stays
   */
  public AuditRetention(Database database, Clock clock, Duration kept) {
    this.database = database;
    this.clock = clock;
    this.kept = kept;
    this.thread = Thread.ofPlatform().name("adp-audit-retention").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        purge();
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("cannot delete old lines of the audit log: tried again in an hour", e);
      }
      try {
        TimeUnit.HOURS.sleep(1);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** In batches: a year at once would take longer than a statement may. */
  int purge() {
    int purged = 0;
    int batch;
    do {
      batch =
          database.execute(
              sql.deleteFrom(AUDIT_LOG)
                  .where(
                      AUDIT_LOG.ID.in(
                          sql.select(AUDIT_LOG.ID)
                              .from(AUDIT_LOG)
                              .where(AUDIT_LOG.AT.lt(Times.now(clock).minus(kept)))
                              .orderBy(AUDIT_LOG.AT)
                              .limit(BATCH_ROWS))));
      purged += batch;
    } while (batch == BATCH_ROWS);
    return purged;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
