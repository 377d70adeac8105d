package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.USAGE_RETENTION;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jooq.QueryPart;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the places that the months to come will need for their usage records, and drops months that
 * are older than they may be. What was summed up stays.
 */
public final class UsageRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageRetention.class);
  private static final int MONTHS_AHEAD = 3;
  private static final String PATIENCE = "2s";

  private final Database database;
  private final Clock clock;
  private final Duration kept;
  private final Thread thread;

  /**
   * @param kept how long a record stays at least; it goes with all others of its month
   */
  public UsageRetention(Database database, Clock clock, Duration kept) {
    this.database = database;
    this.clock = clock;
    this.kept = kept;
    this.thread = Thread.ofPlatform().name("adp-usage-retention").daemon().start(this::run);
  }

  private void run() {
    while (true) {
      try {
        pass();
      } catch (RuntimeException e) {
        LOG.warn("cannot look after the months of usage records: tried again in an hour", e);
      }
      try {
        TimeUnit.HOURS.sleep(1);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /**
   * Whoever waits for a table makes all others wait behind him, gateways too: so it is not waited
   * for long.
   *
   * @return how many months were dropped
   */
  int pass() {
    long moved =
        ask(
            "select usage_record_months({0}, {1})",
            DSL.val(Times.now(clock)), DSL.inline(MONTHS_AHEAD));
    if (moved > 0) {
      LOG.warn("{} usage records are of months that had no place; now they have", moved);
    }
    int dropped = (int) ask("select usage_record_drop({0})", DSL.val(Times.now(clock).minus(kept)));
    if (dropped > 0) {
      LOG.info("usage records of {} months are dropped; their sums stay", dropped);
    }
    return dropped;
  }

  private long ask(String question, QueryPart... values) {
    return database.transaction(
        tx -> {
          tx.execute(sql.query("set local lock_timeout = '" + PATIENCE + "'"));
          return tx.first(
                  sql.resultQuery(question, values), row -> ((Number) row.getValue(0)).longValue())
              .orElseThrow();
        });
  }

  static Instant recordsSince(Queries queries) {
    return queries
        .first(
            sql.select(USAGE_RETENTION.RECORDS_SINCE).from(USAGE_RETENTION),
            row -> Times.read(row, "records_since"))
        .orElse(Instant.EPOCH);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
