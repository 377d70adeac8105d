package dev.adp.store;

import static dev.adp.store.Database.sql;

import java.time.Instant;
import org.jooq.impl.DSL;

/**
 * What a database server says of itself, for whoever looks for what is wrong.
 *
 * @param version as in {@code 18.1}
 * @param major as in {@code 18}
 * @param now by the server's own clock
 * @param migrationsToCome how many the next start will make; all of them in an empty database
 * @param isNewer whether a newer program has been here, whose migrations this one does not know
 */
public record DatabaseState(
    String version, int major, Instant now, int migrationsToCome, boolean isNewer) {
  private static final int VERSIONS_A_MAJOR = 10_000;

  /** Asks the server. Changes nothing. */
  public static DatabaseState read(Database database, String databaseUrl) {
    var migrations = Postgres.migrations(databaseUrl);
    return database
        .first(
            sql.select(
                DSL.field("current_setting('server_version')", String.class),
                DSL.field("current_setting('server_version_num')::integer", Integer.class),
                DSL.field("clock_timestamp()", Instant.class)),
            row ->
                new DatabaseState(
                    row.getString(0),
                    row.getInteger(1) / VERSIONS_A_MAJOR,
                    row.getOffsetDateTime(2).toInstant(),
                    migrations.pending().length,
                    Postgres.knowsMore(migrations)))
        .orElseThrow();
  }
}
