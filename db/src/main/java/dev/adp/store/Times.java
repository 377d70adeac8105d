package dev.adp.store;

import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants as PostgreSQL keeps them: UTC, microseconds. */
final class Times {
  private Times() {}

  static OffsetDateTime now(Clock clock) {
    return of(clock.instant());
  }

  static OffsetDateTime of(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static Instant read(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }
}
