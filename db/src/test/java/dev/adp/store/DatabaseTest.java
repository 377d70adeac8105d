package dev.adp.store;

import static dev.adp.store.Database.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.Query;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest {
  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private static final Postgres.Patience SHORT =
      new Postgres.Patience(Duration.ofSeconds(2), Duration.ofSeconds(6));

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** What waits for the database again and again catches runtime exceptions, and lives on. */
  @Test
  void aDatabaseThatIsAwayIsARuntimeException() {
    var database = new Database(Postgres.pool(vertx, "postgresql://u:p@127.0.0.1:1/db", 1));
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> database.first(sql.selectOne(), row -> row.getInteger(0)))
        .withRootCauseInstanceOf(ConnectException.class);
    assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> database.transaction(_ -> 1));
  }

  @Test
  void theServerItselfEndsWhatTakesTooLong() throws SQLException {
    var usual = new Database(Postgres.pool(vertx, postgres.databaseUrl(), 1));
    assertThat(setting(usual, "statement_timeout")).isEqualTo("15s");
    assertThat(setting(usual, "idle_in_transaction_session_timeout")).isEqualTo("1min");
    assertThat(setting(usual, "datestyle")).startsWith("ISO");

    var database = new Database(Postgres.pool(vertx, postgres.databaseUrl(), 1, SHORT));
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> database.execute(sql.query("select pg_sleep(60)")))
        .satisfies(e -> assertThat(Database.isCancelled(e)).isTrue());
    assertThat(setting(database, "statement_timeout")).as("the same connection").isEqualTo("2s");
  }

  /**
   * Otherwise the one connection of the pool would hang until TCP gives up, a quarter of an hour.
   */
  @Test
  void aNetworkThatSwallowsEverythingBlocksNobodyForLong() throws Exception {
    try (var network = new SilentNetwork(Postgres.port(postgres.databaseUrl()))) {
      var database =
          new Database(Postgres.pool(vertx, network.before(postgres.databaseUrl()), 1, SHORT));
      assertThat(setting(database, "statement_timeout")).isEqualTo("2s");
      network.swallow();
      assertThatExceptionOfType(Unavailable.class)
          .isThrownBy(() -> database.transaction(tx -> tx.execute(sql.selectOne())));
      network.mend();
      assertThat(setting(database, "statement_timeout")).isEqualTo("2s");
    }
  }

  @Test
  void aFirstAnswerThatIsLateIsAwaited() throws Exception {
    try (var network = new SilentNetwork(Postgres.port(postgres.databaseUrl()))) {
      var database =
          new Database(Postgres.pool(vertx, network.before(postgres.databaseUrl()), 1, SHORT));
      network.refuse();
      assertThatExceptionOfType(Unavailable.class)
          .isThrownBy(() -> database.awaitAnswer(Duration.ZERO));
      var awaited = CompletableFuture.runAsync(() -> database.awaitAnswer(Duration.ofMinutes(1)));
      assertThatExceptionOfType(TimeoutException.class)
          .as("refused more than once")
          .isThrownBy(() -> awaited.get(2, TimeUnit.SECONDS));
      network.mend();
      assertThat(awaited).succeedsWithin(Duration.ofMinutes(1));
    }
  }

  @Test
  void aSnapshotIsOfOneMoment() {
    var database = new Database(Postgres.pool(vertx, postgres.databaseUrl(), 2));
    var other = new Database(Postgres.pool(vertx, postgres.databaseUrl(), 1));
    int _ = other.execute(sql.query("create table moment (n int)"));
    long seen =
        database.snapshot(
            queries -> {
              assertThat(rows(queries)).isZero();
              assertThat(other.execute(sql.query("insert into moment values (1)"))).isOne();
              return rows(queries);
            });
    assertThat(seen).isZero();
    assertThat(rows(database)).isOne();
  }

  /** Whoever the server ends has changed nothing, so he begins anew and nobody hears of it. */
  @Test
  void ofTwoWhoWaitForEachOtherBothGetTheirTurn() throws Exception {
    var database = new Database(Postgres.pool(vertx, postgres.databaseUrl(), 2));
    int _ =
        database.execute(
            sql.query("create table turn as select id, 0 n from (values (1), (2)) v(id)"));
    var both = new CyclicBarrier(2);
    var upwards = inOrder(database, both, 1, 2);
    var downwards = inOrder(database, both, 2, 1);
    assertThat(upwards.get(20, TimeUnit.SECONDS)).isOne();
    assertThat(downwards.get(20, TimeUnit.SECONDS)).isOne();
    assertThat(database.first(sql.resultQuery("select sum(n) from turn"), row -> row.getLong(0)))
        .contains(4L);
  }

  private static CompletableFuture<Integer> inOrder(
      Database database, CyclicBarrier both, int first, int second) {
    var hasMet = new AtomicBoolean();
    return CompletableFuture.supplyAsync(
        () ->
            database.transaction(
                tx -> {
                  int _ = tx.execute(take(first));
                  if (hasMet.compareAndSet(false, true)) {
                    meet(both);
                  }
                  return tx.execute(take(second));
                }),
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private static Query take(int id) {
    return sql.query("update turn set n = n + 1 where id = " + id);
  }

  private static void meet(CyclicBarrier both) {
    try {
      int _ = both.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long rows(Queries queries) {
    return queries
        .first(sql.resultQuery("select count(*) from moment"), row -> row.getLong(0))
        .orElseThrow();
  }

  private static String setting(Database database, String name) {
    return database.first(sql.resultQuery("show " + name), row -> row.getString(0)).orElseThrow();
  }
}
