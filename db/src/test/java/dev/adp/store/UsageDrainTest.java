package dev.adp.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.reducing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Records;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the journal's records in the database. */
class UsageDrainTest {
  private static final String NOWHERE = "postgresql://u:p@127.0.0.1:1/db";
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @TempDir Path directory;

  private final UsageRecords records = new UsageRecords(2);

  /** One row of the roll-ups, by its key. */
  private record Group(
      Instant bucketStart, UUID provider, String model, String user, String agent) {
    static Group of(UsageRecord record) {
      long seconds = record.startedAt().getEpochSecond();
      return new Group(
          Instant.ofEpochSecond(seconds - seconds % 900),
          record.providerUid(),
          record.model(),
          record.user(),
          record.agent());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_122})
  void theRollUpsAreTheSumsOfTheRecords(long seed) {
    var random = new UsageRecords(seed);
    List<UsageRecord> all = new ArrayList<>();
    var one = new UsageJournal(directory.resolve("one"), 1 << 30);
    var two = new UsageJournal(directory.resolve("two"), 1 << 30);
    var drainOne = new UsageDrain(one, store.database(), store.databaseUrl());
    var drainTwo =
        new UsageDrain(
            two, store.database(), store.databaseUrl()); // Two gateways, the same groups.
    for (int i = 0; i < 3_000; i++) {
      UsageRecord record = random.next();
      all.add(record);
      (i % 2 == 0 ? one : two).record(record).await();
    }
    one.close();
    two.close();
    drainOne.close();
    drainTwo.close();
    assertThat(rollUps()).isEqualTo(naive(all));
    UsageTotals.agree(store.database());
  }

  @Test
  void replaysDoubleNothing() throws IOException, SQLException {
    List<UsageRecord> all = new ArrayList<>();
    try (var journal = new UsageJournal(directory, 1 << 30)) {
      for (int i = 0; i < 50; i++) {
        all.add(records.next());
        journal.record(all.getLast()).await();
      }
      journal.record(all.getFirst()).await(); // Even within one batch.
    }
    Path segment = JournalFiles.segment(directory, 1);
    byte[] bytes = Files.readAllBytes(segment);
    for (int i = 0; i < 3; i++) {
      Files.write(segment, bytes);
      drain(new UsageJournal(directory, 1 << 30));
    }
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(50);
    assertThat(rollUps()).isEqualTo(naive(all));
    UsageTotals.agree(store.database());
  }

  /** Two gateways show one background answer at the same time, again and again. */
  @Test
  void workThatManyCallsShowCountsOnceForEver() throws IOException, SQLException {
    var one = new UsageJournal(directory.resolve("one"), 1 << 30);
    var two = new UsageJournal(directory.resolve("two"), 1 << 30);
    var drainOne = new UsageDrain(one, store.database(), store.databaseUrl());
    var drainTwo = new UsageDrain(two, store.database(), store.databaseUrl());
    for (int i = 0; i < 400; i++) {
      UsageRecord record = UsageRecords.counting(records.plain("m"), "resp_" + i % 40);
      (i % 2 == 0 ? one : two).record(record).await();
    }
    one.record(UsageRecords.counting(records.of(new UUID(9, 9), Instant.now(), "m", 1), "resp_1"))
        .await();
    one.close();
    two.close();
    drainOne.close();
    drainTwo.close();
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(401);
    assertThat(store.number("select count(*) from usage_record where tokens_input = 1"))
        .as("once for each answer of each provider")
        .isEqualTo(41);
    assertThat(store.number("select sum(tokens_input) from usage_rollup")).isEqualTo(41);
    assertThat(store.number("select sum(cost_input) from usage_rollup")).isEqualTo(41);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(401);
    UsageTotals.agree(store.database());
  }

  @Test
  void aReplayOfWorkThatCountsOnceChangesNothing() throws IOException, SQLException {
    try (var journal = new UsageJournal(directory, 1 << 30)) {
      journal.record(UsageRecords.counting(records.plain("m"), "resp_1")).await();
      journal.record(UsageRecords.counting(records.plain("m"), "resp_1")).await();
    }
    Path segment = JournalFiles.segment(directory, 1);
    byte[] bytes = Files.readAllBytes(segment);
    for (int i = 0; i < 3; i++) {
      Files.write(segment, bytes);
      drain(new UsageJournal(directory, 1 << 30));
      assertThat(store.number("select sum(tokens_input) from usage_record")).isEqualTo(1);
      assertThat(store.number("select sum(tokens_input) from usage_rollup")).isEqualTo(1);
      assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(2);
    }
  }

  @Test
  void recordsOfOneBatchThatShareAGroupAreOneRow() throws SQLException {
    var journal = new UsageJournal(directory, 1 << 30);
    for (int i = 0; i < 20; i++) {
      journal.record(records.plain("m")).await();
    }
    drain(journal);
    assertThat(store.number("select count(*) from usage_rollup")).isEqualTo(1);
    assertThat(store.number("select tokens_input from usage_rollup")).isEqualTo(20);
  }

  /** Each of these is refused by PostgreSQL in another way. */
  @ParameterizedTest
  @ValueSource(strings = {"a time beyond its calendar", "a sum too large"})
  void aRowThatTheDatabaseRefusesIsSetAsideAndTheOthersAreStored(String kind) throws Exception {
    UsageRecord refused =
        kind.equals("a sum too large")
            ? records.at(Instant.parse("2026-11-20T00:00:00Z"), "m", "user", Long.MAX_VALUE)
            : records.at(Instant.parse("+300000-01-01T00:00:00Z"), "refused", "user", 1);
    var journal = new UsageJournal(directory, 1 << 30);
    journal.record(records.plain("m")).await();
    journal.record(refused).await();
    journal.record(records.plain("m")).await();
    journal.record(records.plain("n")).await();
    drain(journal);
    assertThat(store.number("select count(*) from usage_record where model in ('m', 'n')"))
        .isEqualTo(3);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(3);
    assertThat(Files.readAllLines(directory.resolve("rejected.jsonl")))
        .singleElement()
        .satisfies(row -> assertThat(row).contains(refused.id().toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000",
        "a\u0000b",
        "\ud800",
        "\udc00x",
        "x\ud83d",
        "\ud83d\ude00",
        "\uffff\ufffe",
        "\"}\\\n\r\t",
        "'; drop table usage_record; --",
        "\\u0000",
      })
  void anyTextOfCallersAndUpstreamsIsStored(String text) throws SQLException {
    var journal = new UsageJournal(directory, 1 << 30);
    journal.record(withTexts(text)).await();
    drain(journal);
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(1);
    assertThat(directory.resolve("rejected.jsonl")).doesNotExist();
  }

  /** Nothing of it can be compressed, and all names that a key holds are as long as they can be. */
  @Test
  void theLongestNamesOfAllKindsFitIntoTheKeysTogether() throws SQLException {
    var journal = new UsageJournal(directory, 1 << 30);
    UsageRecord plain = records.plain("m");
    Map<String, Object> names =
        Map.of(
            "model", ideographs(1),
            "modelAnswered", ideographs(2),
            "user", ideographs(3),
            "agent", ideographs(4),
            "countsOnce", ideographs(5));
    journal.record(Records.with(plain, names)).await();
    journal.record(withTexts("\ud83d\ude00x".repeat(350_000))).await();
    drain(journal);
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(2);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(2);
    assertThat(store.number("select max(octet_length(model)) from usage_rollup"))
        .isBetween(500L, 512L);
    assertThat(directory.resolve("rejected.jsonl")).doesNotExist();
  }

  /** A version before this one bounded names less; its journal may still be there. */
  @Test
  void aRowWhoseKeyIsTooLargeIsSetAside() throws IOException, SQLException {
    var row = new JsonObject(UsageJson.of(records.plain("m")));
    row.put("model", ideographs(1)).put("user_name", ideographs(2));
    Files.write(JournalFiles.segment(directory, 1), JournalFiles.line(row.encode()));
    drain(new UsageJournal(directory, 1 << 30));
    assertThat(store.number("select count(*) from usage_record")).isZero();
    assertThat(Files.readAllLines(directory.resolve("rejected.jsonl"))).hasSize(1);
  }

  /** A file can be written by others as well. */
  @Test
  void whatIsNoRecordIsSetAsideAndTheOthersAreStored() throws IOException, SQLException {
    try (var lines = Files.newOutputStream(JournalFiles.segment(directory, 1))) {
      lines.write(JournalFiles.line(UsageJson.of(records.plain("m"))));
      lines.write(JournalFiles.line("no record"));
      lines.write(JournalFiles.line("{\"counts_once\":no record either"));
      lines.write(JournalFiles.line(UsageJson.of(records.plain("n"))));
    }
    drain(new UsageJournal(directory, 1 << 30));
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(2);
    assertThat(Files.readAllLines(directory.resolve("rejected.jsonl")))
        .containsExactlyInAnyOrder("no record", "{\"counts_once\":no record either");
  }

  @Test
  void whatCannotBeStoredWhileTheDatabaseIsAwayIsStoredLater() throws SQLException {
    Pool away = store.pool(1);
    away.close().await();
    var journal = new UsageJournal(directory, 1 << 30);
    var without = new UsageDrain(journal, new Database(away), NOWHERE);
    journal.record(records.plain("m")).await();
    journal.close();
    without.close();
    assertThat(store.number("select count(*) from usage_record")).isZero();
    drain(new UsageJournal(directory, 1 << 30));
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(1);
  }

  /** What a database says that is full, fails over, restarts or is contended. */
  @ParameterizedTest
  @ValueSource(strings = {"53100", "53200", "25006", "57P01", "40001", "40P01", "55P03"})
  void whatTheDatabaseCannotTakeNowStaysInTheJournalUntilItCan(String state) throws Exception {
    store.execute(
        """
        create function cannot_now() returns trigger language plpgsql as
          $$ begin raise exception 'not now' using errcode = '%s'; end $$;
        create trigger cannot_now before insert on usage_record execute function cannot_now()
        """
            .formatted(state));
    var journal = new UsageJournal(directory, 1 << 30);
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    try {
      journal.record(records.plain("m")).await();
      journal.record(records.plain("n")).await();
      assertThat(journal.pendingRecords()).isEqualTo(2);
      assertThat(store.number("select count(*) from usage_record")).isZero();
    } finally {
      store.execute("drop function cannot_now cascade");
    }
    Eventually.holds("both are stored", () -> journal.pendingRecords() == 0);
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(2);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(2);
    assertThat(drain.rejected()).isZero();
    assertThat(journal.dropped()).isZero();
    journal.close();
    drain.close();
  }

  @Test
  void aDatabaseThatTakesItsTimeHoldsUpNoRecord() throws Exception {
    var journal = new UsageJournal(directory, 1 << 30);
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    int _ =
        store
            .database()
            .transaction(
                tx -> {
                  int locked =
                      tx.execute(Database.sql.query("lock table usage_record in exclusive mode"));
                  for (int i = 0; i < 100; i++) {
                    journal.record(records.plain("m")).await();
                  }
                  assertThat(journal.pendingRecords()).isEqualTo(100);
                  return locked;
                });
    Eventually.holds("all are stored", () -> journal.pendingRecords() == 0);
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(100);
    journal.close();
    drain.close();
  }

  /** After an upgrade the journal holds what the version before has left in it. */
  @Test
  void rowsThatDoNotKnowEveryColumnAreStored() throws IOException, SQLException {
    var row = new JsonObject(UsageJson.of(records.plain("m")));
    assertThat(row.containsKey("connection_test")).isFalse();
    Files.write(JournalFiles.segment(directory, 1), JournalFiles.line(row.encode()));
    drain(new UsageJournal(directory, 1 << 30));
    assertThat(store.number("select count(*) from usage_record where not connection_test"))
        .isEqualTo(1);
  }

  @Test
  void callsThatOnlyTriedAConnectionAreMarked() throws SQLException {
    store.record(List.of(withTexts("check")));
    assertThat(store.number("select count(*) from usage_record where connection_test"))
        .isEqualTo(1);
  }

  private UsageRecord withTexts(String text) {
    var changes = new HashMap<String, Object>();
    for (String name :
        List.of(
            "model",
            "modelAnswered",
            "user",
            "agent",
            "conversationId",
            "operation",
            "upstreamId",
            "serviceTier",
            "countsOnce")) {
      changes.put(name, text);
    }
    changes.put("connectionTest", true);
    return Records.with(records.plain("m"), changes);
  }

  /** Ideographs in no order, which no compression makes shorter. */
  private static String ideographs(long seed) {
    return new Random(seed)
        .ints(512, 0x4e00, 0x9fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void drain(UsageJournal journal) {
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    journal.close();
    drain.close();
  }

  private static Map<Group, SpendingStats> naive(List<UsageRecord> records) {
    return records.stream()
        .distinct()
        .collect(
            groupingBy(
                Group::of,
                reducing(SpendingStats.NONE, UsageDrainTest::stats, SpendingStats::plus)));
  }

  private static SpendingStats stats(UsageRecord record) {
    return new SpendingStats(
        1,
        record.outcome() == Outcome.OK ? 0 : 1,
        record.usageState() == UsageState.MISSING ? 1 : 0,
        record.tokens(),
        record.cost());
  }

  private static Map<Group, SpendingStats> rollUps() {
    return store
        .database()
        .list(
            Database.sql.selectFrom(dev.adp.store.schema.Tables.USAGE_ROLLUP),
            row ->
                Map.entry(
                    new Group(
                        Times.read(row, "bucket_start"),
                        row.getUUID("provider_uid"),
                        row.getString("model"),
                        row.getString("user_name"),
                        row.getString("agent")),
                    UsageColumns.stats(row)))
        .stream()
        .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
