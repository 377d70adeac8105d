package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.USAGE_RETENTION;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
  private final Function<Database, Instant> databaseTime;
  private final Duration kept;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param kept how long a record stays at least; it goes with all others of its month
   */
  public UsageRetention(Database database, Clock clock, Duration kept) {
    this(database, clock, UsageRetention::timeOf, kept);
  }

  /**
   * @param databaseTime what the clock of the database says
   */
  UsageRetention(
      Database database, Clock clock, Function<Database, Instant> databaseTime, Duration kept) {
    this.database = database;
    this.clock = clock;
    this.databaseTime = databaseTime;
    this.kept = kept;
    this.thread = Thread.ofPlatform().name("adp-usage-retention").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        pass();
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
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
   * Months are made and dropped each by itself, so that what cannot be done holds up nothing else.
   * One pass at a time: two would only wait for each other's locks, and not for long.
   *
   * @return how many months were dropped
   */
  synchronized int pass() {
    Instant now = now();
    try {
      make(now);
    } catch (RuntimeException e) {
      if (closed) {
        throw e;
      }
      LOG.warn("cannot make the months of usage records: tried again in an hour", e);
    }
    int dropped = 0;
    while (dropOldest(now.minus(kept))) {
      dropped++;
    }
    if (dropped > 0) {
      LOG.info("usage records of {} months are dropped; their sums stay", dropped);
    }
    return dropped;
  }

  /** The earlier of two clocks: one that is wrong must not be enough to drop records. */
  private Instant now() {
    Instant here = clock.instant();
    Instant there = databaseTime.apply(database);
    return here.isBefore(there) ? here : there;
  }

  private static Instant timeOf(Database database) {
    return database
        .first(sql.resultQuery("select now() as told"), row -> Times.read(row, "told"))
        .orElseThrow();
  }

  private void make(Instant now) {
    List<OffsetDateTime> missing =
        database.list(
            sql.resultQuery(
                "select start from usage_record_months_missing({0}, {1}) as months (start)",
                DSL.val(Times.of(now)), DSL.inline(MONTHS_AHEAD)),
            row -> Times.of(Times.read(row, "start")));
    long moved = 0;
    for (OffsetDateTime month : missing) {
      moved += inTime(tx -> make(tx, month));
    }
    if (moved > 0) {
      LOG.warn("{} usage records are of months that had no place; now they have", moved);
    }
  }

  /** Moves a day at once, for a statement has only so much time; says how many records it moved. */
  private static long make(Database.Tx tx, OffsetDateTime month) {
    boolean begun =
        tx.first(
                sql.resultQuery("select usage_record_month_begin({0})", DSL.val(month)),
                row -> row.getBoolean(0))
            .orElseThrow();
    if (!begun) {
      return 0;
    }
    long moved = 0;
    OffsetDateTime end = month.plusMonths(1);
    for (OffsetDateTime day = month; day.isBefore(end); day = day.plusDays(1)) {
      moved +=
          number(
              tx,
              "select usage_record_month_move({0}, {1}, {2})",
              DSL.val(month),
              DSL.val(day),
              DSL.val(day.plusDays(1)));
    }
    tx.list(sql.resultQuery("select usage_record_month_attach({0})", DSL.val(month)), row -> true);
    return moved;
  }

  private boolean dropOldest(Instant oldest) {
    return inTime(tx -> number(tx, "select usage_record_drop({0})", DSL.val(Times.of(oldest)))) > 0;
  }

  /**
   * Whoever waits for a table makes all others wait behind him, gateways too: so it is not waited
   * for long.
   */
  private long inTime(Function<Database.Tx, Long> work) {
    return database.transaction(
        tx -> {
          tx.execute(sql.query("set local lock_timeout = '" + PATIENCE + "'"));
          return work.apply(tx);
        });
  }

  private static long number(Database.Tx tx, String question, QueryPart... values) {
    return tx.first(
            sql.resultQuery(question, values), row -> ((Number) row.getValue(0)).longValue())
        .orElseThrow();
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
    closed = true;
    thread.interrupt();
  }
}
