package dev.adp.store;

import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Records;
import dev.adp.domain.UsageRecord;
import io.vertx.sqlclient.Pool;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of what was said when the database is slow, refuses or is away. */
class TranscriptLedgerTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private UUID provider = new UUID(0, 0);

  @BeforeEach
  void provider() {
    provider =
        store
            .providers()
            .create(
                Actors.WRITER, Drafts.compatible("a", "https://llm.example.com", true), List.of())
            .uid();
  }

  private UsageRecord at(long seconds) {
    return call(provider, START.plusSeconds(seconds), "c1");
  }

  @Test
  void messagesThatAreTooManyAreLeftOutAndCountedAndTheirTurnsSaySo() throws Exception {
    var ledger = new TranscriptLedger(store.database(), 20_000);
    boolean _ =
        store
            .another()
            .transaction(
                tx -> {
                  tx.execute(Database.sql.query("lock table transcript_turn in exclusive mode"));
                  for (int i = 0; i < 50; i++) {
                    ledger.offer(at(i), said("t" + i, "x".repeat(1_000), "y"));
                  }
                  assertThat(ledger.pendingBytes()).isBetween(1L, 20_000L);
                  return true;
                });
    ledger.close();
    long dropped = ledger.droppedMessages();
    assertThat(dropped).isBetween(35L, 49L);
    assertThat(ledger.droppedTurns()).isZero();
    assertThat(ledger.pendingBytes()).isZero();
    assertThat(states("DROPPED")).isEqualTo(dropped);
    assertThat(states("RECORDED")).isEqualTo(50 - dropped);
  }

  private static long states(String state) throws SQLException {
    return store.number(
        "select count(*) from transcript_turn where input_state = '%1$s' and output_state = '%1$s'"
            .formatted(state));
  }

  @Test
  void aTurnThatTheDatabaseRefusesDoesNotHoldUpTheOthers() throws SQLException {
    store.execute("alter table transcript_turn add constraint whim check (trace_id <> 't4')");
    try {
      var ledger = new TranscriptLedger(store.database(), 1 << 20);
      for (int i = 0; i < 9; i++) {
        ledger.offer(at(i), said("t" + i, "x", "y"));
      }
      ledger.close();
      assertThat(store.number("select count(*) from transcript_turn")).isEqualTo(8);
      assertThat(ledger.stored()).isEqualTo(8);
      assertThat(ledger.droppedTurns()).isEqualTo(1);
    } finally {
      store.execute("alter table transcript_turn drop constraint whim");
    }
  }

  /** To compress a turn of the usual size costs more than all else about it. */
  @Test
  void onlyLongTextsAreCompressedWhereThatIsDear() throws SQLException {
    var ledger = new TranscriptLedger(store.database(), 1 << 20);
    ledger.offer(at(0), said("short", "word ".repeat(300), "word ".repeat(300)));
    ledger.offer(at(1), said("long", "word ".repeat(2_000), "y"));
    ledger.close();
    String compressed =
        "select count(*) from transcript_turn where trace_id = '%s'"
            + " and coalesce(pg_column_compression(input), pg_column_compression(output)) is not null";
    assertThat(store.number(compressed.formatted("short"))).isZero();
    assertThat(store.number(compressed.formatted("long"))).isOne();
  }

  /** Usage waits in the journal; what was said is in memory only. */
  @Test
  void withoutADatabaseAProcessStopsAllTheSameAndCountsWhatIsLost() {
    Pool nowhere = Postgres.pool(store.vertx(), "postgresql://x:y@127.0.0.1:1/none", 1);
    var ledger = new TranscriptLedger(new Database(nowhere), 1 << 20);
    for (int i = 0; i < 5; i++) {
      ledger.offer(at(i), said("t" + i, "x", "y"));
    }
    ledger.close();
    assertThat(ledger.droppedTurns()).isEqualTo(5);
    assertThat(ledger.pendingBytes()).isZero();
    ledger.offer(at(9), said("t9", "x", "y"));
    assertThat(ledger.droppedTurns()).as("too late").isEqualTo(6);
    nowhere.close().await();
  }

  @Test
  void moreTurnsThanMayWaitAreCounted() {
    Pool nowhere = Postgres.pool(store.vertx(), "postgresql://x:y@127.0.0.1:1/none", 1);
    var ledger = new TranscriptLedger(new Database(nowhere), 1 << 20);
    for (int i = 0; i < 21_000; i++) {
      ledger.offer(at(i), Turns.silent("t"));
    }
    assertThat(ledger.droppedTurns()).isEqualTo(1_000);
    ledger.close();
    assertThat(ledger.droppedTurns()).isEqualTo(21_000);
    nowhere.close().await();
  }

  /** What cannot be counted now can be later; what waits in memory cannot. */
  @Test
  void turnsAreStoredWhateverBecomesOfCounting() throws SQLException {
    store.execute("alter table transcript_pending rename to transcript_elsewhere");
    store.execute(
        "create view transcript_pending as select * from transcript_elsewhere where 1 / 0 = 1");
    var ledger = new TranscriptLedger(store.database(), 1 << 24);
    try {
      for (int i = 0; i < 1_200; i++) {
        ledger.offer(at(i), said("t" + i, "x", "y"));
      }
      ledger.close();
    } finally {
      store.execute("drop view transcript_pending");
      store.execute("alter table transcript_elsewhere rename to transcript_pending");
    }
    assertThat(ledger.droppedTurns()).isZero();
    assertThat(store.number("select count(*) from transcript_turn")).isEqualTo(1_200);
  }

  /** A server that has just gone away comes back, at times. */
  @Test
  void aBatchThatFailsWhileTheProcessStopsIsTriedAgain() throws SQLException {
    var tries = new AtomicInteger();
    Pool pool =
        InterferingPool.of(
            store.pool(2),
            "insert into transcript_turn",
            () -> {
              tries.incrementAndGet();
              throw new IllegalStateException("once");
            });
    var ledger = new TranscriptLedger(new Database(pool), 1 << 20);
    ledger.offer(at(0), said("t", "x", "y"));
    ledger.close();
    assertThat(tries).hasValue(1);
    assertThat(ledger.droppedTurns()).isZero();
    assertThat(store.number("select count(*) from transcript_turn")).isOne();
  }

  /** One answer that cannot be found in time is missed by the turn that goes on from it alone. */
  @Test
  void aTurnWhoseEarlierAnswerIsNotFoundInTimeHoldsUpNoOther() throws Exception {
    Turns.keep(store.database(), answering("resp_quick", 0), Turns.silent("quick"));
    Turns.keep(store.database(), answering("resp_slow", 1), Turns.silent("slow"));
    Pool pool =
        InterferingPool.rewriting(
            store.pool(2),
            statement ->
                statement.replace(
                    "from unnest($1::uuid[], $2::text[]) as wanted",
                    """
                    from (select pg_sleep(case when 'resp_slow' = any($2) then 60 else 0 end)) as slow,
                      unnest($1::uuid[], $2::text[]) as wanted\
                    """));
    try (var ledger = new TranscriptLedger(new Database(pool), 1 << 20)) {
      for (String answer : List.of("resp_slow", "resp_quick")) {
        UsageRecord call = answering("", 2);
        store.record(List.of(call));
        ledger.offer(
            call, Turns.transcript("of " + answer, answer, Optional.empty(), Optional.empty()));
      }
      Eventually.holds("both are stored", () -> ledger.stored() == 2);
    }
    assertThat(turns("quick")).isEqualTo(2);
    assertThat(turns("slow")).isEqualTo(1);
    assertThat(turns("of resp_slow")).as("by itself").isEqualTo(1);
  }

  private static long turns(String conversation) throws SQLException {
    return store.number(
        "select turns from transcript_conversation where conversation_id = '" + conversation + "'");
  }

  private UsageRecord answering(String upstreamId, long seconds) {
    return Records.with(
        call(provider, START.plusSeconds(seconds), ""), Map.of("upstreamId", upstreamId));
  }
}
