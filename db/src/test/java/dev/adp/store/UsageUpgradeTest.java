package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Records;
import dev.adp.domain.UsageQuery;
import dev.adp.domain.UsageRecord;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database with usage of before, and a gateway of before that goes on for a while. */
class UsageUpgradeTest {
  /** The last version whose usage was one table, with roll-ups by the quarter of an hour alone. */
  private static final String BEFORE = "13";

  private static final String UNDEFINED_FUNCTION = "42883";

  private static final Instant START = Instant.parse("2026-08-20T00:00:00Z");
  private static final int DAYS = 90;
  private static final int RECORDS = 600;
  private static final UsageQuery ALL = UsageQuery.of(START, START.plus(Duration.ofDays(DAYS)));

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private final Random random = new Random(5);
  private final UsageRecords made = new UsageRecords(5);

  @Test
  void everyTotalStaysAndBothVersionsGoOn() throws SQLException {
    String url = databaseOf(BEFORE, "before");
    Vertx vertx = Vertx.vertx();
    Pool pool = Postgres.pool(vertx, url, 2);
    try {
      var database = new Database(pool);
      List<UsageRecord> records = records();
      before(database, records);
      Postgres.migrate(url);
      check(database, RECORDS);
      assertThat(
              UsageTotals.texts(
                  database, "select distinct tableoid::regclass::text from usage_record"))
          .as("nothing was moved")
          .containsExactly("usage_record_before");
      assertThat(
              UsageTotals.texts(
                  database,
                  """
                  select (select sum(calls) from unnest(usage_bins_total(latency)) as calls) || ' and '
                    || (select sum(calls) from unnest(usage_bins_total(first_token)) as calls)
                  from usage_latency group by span
                  """))
          .as("calls and streams, by hours, days, ten days and months")
          .hasSize(4)
          .containsOnly(RECORDS + " and " + streams(records));

      before(database, records.subList(0, 50)); // Whose answer got lost.
      check(database, RECORDS);
      before(database, records());
      check(database, 2 * RECORDS);
      now(database, records());
      check(database, 3 * RECORDS);
      now(database, records.subList(0, 50));
      check(database, 3 * RECORDS);

      var later = new TestClock(Instant.parse("2027-06-01T00:00:00Z"));
      try (var retention =
          new UsageRetention(database, later, _ -> later.instant(), Duration.ofDays(30))) {
        int _ = retention.pass();
        assertThat(retention.pass()).isZero();
      }
      now(database, records.subList(0, 50)); // Whoever was away for long brings them once more.
      assertThat(UsageTotals.texts(database, "select count(*)::text from usage_record"))
          .containsExactly("0");
      assertThat(new UsageReports(database, later).summary(READER, ALL).totalRequests())
          .isEqualTo(3 * RECORDS);
    } finally {
      pool.close().await();
      vertx.close().await();
    }
  }

  /** Calls of a gateway whose clock was wrong. */
  @Test
  void recordsFarAheadGetTheirOwnMonthSoThatThoseOfBeforeEndSoon() throws SQLException {
    String url = databaseOf(BEFORE, "far");
    Vertx vertx = Vertx.vertx();
    Pool pool = Postgres.pool(vertx, url, 2);
    try {
      var database = new Database(pool);
      Instant ahead = Instant.parse("2046-05-20T00:00:00Z");
      before(database, List.of(made.at(START, "m", "user", 1), made.at(ahead, "m", "user", 1)));
      Postgres.migrate(url);
      UsageTotals.agree(database);
      assertThat(
              UsageTotals.texts(
                  database, "select distinct tableoid::regclass::text from usage_record"))
          .containsExactlyInAnyOrder("usage_record_before", "usage_record_2046_05");
      assertThat(
              UsageTotals.texts(
                  database,
                  """
                  select (ended < now() + interval '3 months')::text from usage_record_parts()
                  where place = 'usage_record_before'
                  """))
          .containsExactly("true");
    } finally {
      pool.close().await();
      vertx.close().await();
    }
  }

  /**
   * The function that adds to the sums is replaced under a batch that has called it already.
   *
   * @param before the last version without sums by ten days, or by provider and agent
   * @param held what the upgrade waits for once nobody can add
   */
  @ParameterizedTest
  @CsvSource({"17, usage_latency", "18, usage_key"})
  void aBatchThatWaitsForTheUpgradeFailsAndIsAddedTheNextTime(String before, String held)
      throws Exception {
    String url = databaseOf(before, "waits_" + before);
    Vertx vertx = Vertx.vertx();
    Pool pool = Postgres.pool(vertx, url, 2);
    try (var upgrade = Executors.newSingleThreadExecutor();
        var gateway = Executors.newSingleThreadExecutor();
        var reader = DriverManager.getConnection(Postgres.jdbcUrl(url));
        var reading = reader.createStatement()) {
      var database = new Database(pool);
      now(database, records());
      List<UsageRecord> batch = records();
      reader.setAutoCommit(false);
      reading.execute("lock table " + held + " in access share mode");
      Future<?> upgraded = upgrade.submit(() -> Postgres.migrate(url));
      awaitWaiting(database, held);
      Future<?> stored = gateway.submit(() -> now(database, batch));
      awaitWaiting(database, "usage_rollup");
      reader.rollback();
      upgraded.get();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(stored::get)
          .havingCause()
          .isInstanceOfSatisfying(
              PgException.class,
              e -> {
                assertThat(e.getSqlState()).isEqualTo(UNDEFINED_FUNCTION);
                assertThat(RecordStore.isFaultOfRows(e)).isFalse();
              });
      check(database, RECORDS);
      now(database, batch);
      check(database, 2 * RECORDS);
    } finally {
      pool.close().await();
      vertx.close().await();
    }
  }

  private static void awaitWaiting(Database database, String table) throws Exception {
    String waiting =
        "select count(*)::text from pg_locks where not granted and relation = '%s'::regclass"
            .formatted(table);
    Eventually.holds(
        "somebody waits for " + table,
        () -> UsageTotals.texts(database, waiting).equals(List.of("1")));
  }

  private static void check(Database database, int records) {
    UsageTotals.agree(database);
    assertThat(
            new UsageReports(database, new TestClock(START)).summary(READER, ALL).totalRequests())
        .isEqualTo(records);
  }

  private static String databaseOf(String version, String prefix) throws SQLException {
    String name = prefix + "_" + ProcessHandle.current().pid();
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    String url = postgres.databaseUrl().replaceFirst("/[^/]+$", "/" + name);
    var _ =
        Flyway.configure()
            .dataSource(Postgres.jdbcUrl(url), null, null)
            .locations("classpath:db/migration")
            .target(version)
            .load()
            .migrate();
    return url;
  }

  private List<UsageRecord> records() {
    return Stream.generate(made::next)
        .limit(RECORDS)
        .map(
            record ->
                Records.with(
                    record,
                    Map.of(
                        "startedAt",
                        START.plusMillis(random.nextLong(Duration.ofDays(DAYS).toMillis())))))
        .toList();
  }

  private static long streams(List<UsageRecord> records) {
    return records.stream()
        .filter(record -> record.streamed() && record.firstByteMicros().isPresent())
        .count();
  }

  private static void now(Database database, List<UsageRecord> records) {
    database.transaction(
        tx -> {
          UsageAddition.store(
              tx,
              UsageRows.portions(records.stream().map(UsageJson::of).map(JournalRow::of).toList()),
              () -> {});
          return records;
        });
  }

  /** As a gateway of the version before stores a batch. */
  private static void before(Database database, List<UsageRecord> records) {
    Set<String> group =
        Set.of("bucket_start", "provider_uid", "provider_type", "model", "user_name", "agent");
    String columns = names(USAGE_RECORD.fields()).collect(Collectors.joining(", "));
    var batch = new JsonArray(records.stream().map(UsageRecords::inFull).toList());
    int _ =
        database.execute(
            """
            with incoming as (
              select * from jsonb_to_recordset($1) as incoming (%2$s)),
            inserted as (
              insert into usage_record (%1$s) select %1$s from incoming
              on conflict do nothing
              returning *)
            insert into usage_rollup (%3$s)
            select %4$s from inserted group by 1, 2, 3, 4, 5, 6 order by 1, 2, 4, 5, 6
            on conflict (provider_uid, bucket_start, model, user_name, agent) do update set %5$s
            """
                .formatted(
                    columns,
                    Stream.of(USAGE_RECORD.fields())
                        .map(field -> field.getName() + " " + type(field))
                        .collect(Collectors.joining(", ")),
                    names(USAGE_ROLLUP.fields()).collect(Collectors.joining(", ")),
                    names(USAGE_ROLLUP.fields())
                        .map(
                            name ->
                                switch (name) {
                                  case "bucket_start" ->
                                      "date_bin('15 minutes', started_at, 'epoch')";
                                  case "requests" -> "count(*)";
                                  case "failed_requests" ->
                                      "count(*) filter (where outcome <> 'OK')";
                                  case "missing_usage_requests" ->
                                      "count(*) filter (where usage_state = 'MISSING')";
                                  default -> group.contains(name) ? name : "sum(" + name + ")";
                                })
                        .collect(Collectors.joining(", ")),
                    names(USAGE_ROLLUP.fields())
                        .filter(name -> !group.contains(name))
                        .map("%1$s = usage_rollup.%1$s + excluded.%1$s"::formatted)
                        .collect(Collectors.joining(", "))),
            Tuple.of(batch));
  }

  private static Stream<String> names(Field<?>[] fields) {
    return Stream.of(fields).map(Field::getName);
  }

  private static String type(Field<?> field) {
    return field.getDataType().getCastTypeName(DSL.using(SQLDialect.POSTGRES).configuration());
  }
}
