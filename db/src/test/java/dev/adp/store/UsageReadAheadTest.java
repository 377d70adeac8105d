package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A journal that holds more than the database is given at once. */
class UsageReadAheadTest {
  /** Of nearly 2 KB each, and so more than two batches and two segments. */
  private static final int COUNT = 7_000;

  private static final long BATCH_BYTES_MAX = 4 << 20;
  private static final String FIRST = "first";
  private static final String OTHERS = "\u4e00".repeat(512);

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @TempDir Path directory;

  private final UsageRecords records = new UsageRecords(9);

  private UsageJournal filled() {
    var journal = new UsageJournal(directory, 1 << 30);
    var _ = journal.record(records.plain(FIRST));
    for (int i = 2; i < COUNT; i++) {
      var _ = journal.record(records.plain(OTHERS));
    }
    journal.record(records.plain("last")).await();
    return journal;
  }

  private UsageDrain drain(UsageJournal journal) {
    return new UsageDrain(
        journal,
        store.database(),
        new RecordCopies(store.databaseUrl(), Postgres.Patience.DEFAULT),
        BATCH_BYTES_MAX);
  }

  private static void refuse(String which) throws SQLException {
    store.execute(
        """
        create sequence tries;
        create function refuse() returns trigger language plpgsql as $$
          begin
            if %s then
              perform nextval('tries');
              raise exception 'not now' using errcode = '40001';
            end if;
            return new;
          end $$;
        create trigger refuse before insert on usage_record for each row execute function refuse()
        """
            .formatted(which));
  }

  private static void awaitTries(int more) throws Exception {
    Eventually.holds("tried", () -> store.number("select last_value from tries") > more);
  }

  /** Without a lock of the table, which others are waiting for. */
  private static void accept() throws SQLException {
    store.execute(
        """
        create or replace function refuse() returns trigger language plpgsql as
          $$ begin return new; end $$
        """);
  }

  @AfterEach
  void tidyUp() throws SQLException {
    store.execute("drop function if exists refuse, slow cascade; drop sequence if exists tries");
  }

  private static void assertAllIsStored() throws SQLException {
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(COUNT);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(COUNT);
  }

  @Test
  void whatIsReadAheadComesBehindWhatIsTriedAgain() throws Exception {
    refuse("true");
    UsageJournal journal = filled();
    UsageDrain drain = drain(journal);
    awaitTries(1);
    accept();
    Eventually.holds("all are stored", () -> journal.pendingRecords() == 0);
    journal.close();
    drain.close();
    assertThat(drain.batches()).isGreaterThan(1);
    assertAllIsStored();
    assertThat(JournalFiles.segments(directory)).isEmpty();
  }

  /** A kill at this moment would have what is stored already brought a second time. */
  @Test
  void theJournalKeepsWhatIsStoredAheadOfWhatIsNot() throws Exception {
    refuse("new.model = '%s'".formatted(FIRST));
    UsageJournal journal = filled();
    List<Long> segments = JournalFiles.segments(directory);
    UsageDrain drain = drain(journal);
    Eventually.holds(
        "a later one is stored", () -> store.number("select count(*) from usage_record") > 0);
    awaitTries(3);
    assertThat(journal.pendingRecords()).isEqualTo(COUNT);
    assertThat(JournalFiles.segments(directory)).isEqualTo(segments);
    accept();
    Eventually.holds("all are stored", () -> journal.pendingRecords() == 0);
    journal.close();
    drain.close();
    assertAllIsStored();
  }

  /** Also of what is on its way when the stop is asked for, refused, and does not know it yet. */
  @Test
  void aStopAfterAnOutageStoresAllOfIt() throws Exception {
    refuse("true");
    UsageJournal journal = filled();
    UsageDrain drain = drain(journal);
    awaitTries(6);
    accept();
    journal.close();
    drain.close();
    assertAllIsStored();
  }

  @Test
  void aSegmentThatSomebodyHasRemovedIsNotCountedForEver() throws Exception {
    refuse("true");
    UsageJournal journal = filled();
    UsageDrain drain = drain(journal);
    awaitTries(3); // All was read ahead that may be.
    List<Long> segments = JournalFiles.segments(directory);
    assertThat(segments).hasSizeGreaterThan(1);
    Files.delete(JournalFiles.segment(directory, segments.getFirst()));
    accept();
    Eventually.holds("nothing waits", () -> journal.pendingBytes() == 0);
    journal.close();
    drain.close();
  }

  /** Who adds to the sums makes the others wait: that is no fault of their statements. */
  @Test
  void waitingForTheOtherBatchCutsNone() throws Exception {
    store.execute(
        """
        create function slow() returns trigger language plpgsql as
          $$ begin perform pg_sleep(4); return null; end $$;
        create trigger slow after insert on usage_rollup for each statement execute function slow()
        """);
    UsageJournal journal = filled();
    var reader = new JournalReader(journal, BATCH_BYTES_MAX);
    int batches = 0;
    while (!reader.next().isEmpty()) {
      batches++;
    }
    Vertx vertx = Vertx.vertx();
    var patience = new Postgres.Patience(Duration.ofSeconds(7), Duration.ofSeconds(15));
    var database = new Database(Postgres.pool(vertx, store.databaseUrl(), 4, patience));
    var drain =
        new UsageDrain(
            journal, database, new RecordCopies(store.databaseUrl(), patience), BATCH_BYTES_MAX);
    Eventually.holds("all are stored", () -> journal.pendingRecords() == 0);
    journal.close();
    drain.close();
    vertx.close().await();
    assertAllIsStored();
    assertThat(drain.batches()).isEqualTo(batches);
  }
}
