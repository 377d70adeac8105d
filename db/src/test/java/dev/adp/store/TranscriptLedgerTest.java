package dev.adp.store;

import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import io.vertx.sqlclient.Pool;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
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
}
