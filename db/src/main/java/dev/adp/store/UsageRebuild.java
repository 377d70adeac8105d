package dev.adp.store;

import static dev.adp.store.Database.sql;

import dev.adp.domain.Failure.Invalid;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Sums usage up anew from its records, day by day, for records that came past the journal. Each day
 * is one transaction that gateways wait for.
 */
public final class UsageRebuild {
  private static final int HOURS = 24;

  /** As much as a statement has the time for. */
  private static final int HOURS_AT_ONCE = 6;

  private final Database database;

  public UsageRebuild(Database database) {
    this.database = database;
  }

  /**
   * A day of UTC.
   *
   * @throws Invalid when its records are not kept any more: its sums are all that is left of it
   */
  public void day(LocalDate day) {
    OffsetDateTime start = day.atStartOfDay().atOffset(ZoneOffset.UTC);
    OffsetDateTime end = start.plusDays(1);
    database.transaction(
        tx -> {
          tx.execute(sql.query("lock table usage_rollup in share row exclusive mode"));
          Instant kept = UsageRetention.recordsSince(tx);
          if (start.toInstant().isBefore(kept)) {
            throw new Invalid("day", "has no records: they are kept since " + kept);
          }
          for (int hour = 0; hour < HOURS; hour += HOURS_AT_ONCE) {
            Tuple stretch =
                Tuple.of(start.plusHours(hour), start.plusHours((long) hour + HOURS_AT_ONCE));
            UsageAddition.in(
                tx,
                addition -> {
                  addition.bring(UsageRows.REBUILD, stretch);
                  return stretch;
                });
          }
          UsageLatencies.rebuild(tx, start, end);
          return day;
        });
  }
}
