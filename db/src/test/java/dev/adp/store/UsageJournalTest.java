package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the journal keeps through deaths, damage and a full disk. */
class UsageJournalTest {
  private static final long BYTES_MAX = 1 << 30;
  private static final Path FIRST = Path.of("0000000000000001.journal");

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @TempDir Path directory;

  private final UsageRecords records = new UsageRecords(1);

  @Test
  void aRecordSurvivesAProcessThatNeverClosedItsJournal() throws SQLException {
    var killed = new UsageJournal(directory, BYTES_MAX);
    killed.record(records.plain("m")).await();
    drain(new UsageJournal(directory, BYTES_MAX));
    assertThat(rows()).isEqualTo(1);
    killed.close();
  }

  /** A loop hands over once what it has recorded in one go, and is told once, where it waits. */
  @Test
  void anEventLoopIsToldOfEachOfItsRecords() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX);
    var vertx = Vertx.vertx();
    var told = new CompletableFuture<List<String>>();
    vertx.runOnContext(
        _ -> {
          String here = Thread.currentThread().getName();
          List<String> threads = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            journal
                .record(records.plain("m"))
                .onComplete(
                    done -> {
                      threads.add(done.succeeded() ? Thread.currentThread().getName() : "failed");
                      if (threads.size() == 10) {
                        told.complete(List.of(here, String.join(",", Set.copyOf(threads))));
                      }
                    });
          }
        });
    List<String> threads = told.get(20, TimeUnit.SECONDS);
    assertThat(threads.getLast()).isEqualTo(threads.getFirst());
    assertThat(journal.pendingRecords()).isGreaterThanOrEqualTo(10);
    journal.close();
    assertThat(JournalFiles.lines(directory.resolve(FIRST))).isEqualTo(10);
    vertx.close().await();
    assertThat(directory.resolve(JournalStage.FILE)).doesNotExist();
  }

  /** As when the process is killed between the end of a call and the writer's next look. */
  @Test
  void whatTheWriterNeverHadIsStoredByTheNextProcess() throws IOException, SQLException {
    write(records.plain("before"));
    var killed = JournalStage.open(directory);
    killed.put(JournalFiles.line(UsageJson.of(records.plain("staged"))));
    killed.put(JournalFiles.line(UsageJson.of(records.plain("staged"))));
    var journal = new UsageJournal(directory, BYTES_MAX);
    assertThat(journal.pendingRecords()).isGreaterThanOrEqualTo(3);
    drain(journal);
    assertThat(rows()).isEqualTo(3);
    assertThat(directory.resolve(JournalStage.FILE)).doesNotExist();
    assertThat(JournalFiles.segments(directory)).isEmpty();
  }

  /** No call ends on a disk that takes nothing, though there were room before the journal. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void onAFullDiskEventLoopsWaitToo() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX, 100, Duration.ofMillis(1));
    Files.createSymbolicLink(JournalFiles.segment(directory, 2), Path.of("/dev/full"));
    journal.record(records.plain("m")).await();
    Eventually.holds("the second is open", () -> journal.written().segment() == 2);
    Future<Void> refused = journal.record(records.plain("m"));
    Eventually.holds("the disk is full", journal::full);
    var vertx = Vertx.vertx();
    var told = new CompletableFuture<Boolean>();
    vertx.runOnContext(
        _ -> journal.record(records.plain("m")).onComplete(done -> told.complete(done.failed())));
    journal.close();
    assertThat(told.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(refused.failed()).isTrue();
    assertThat(journal.dropped()).isEqualTo(2);
    vertx.close().await();
  }

  @Test
  void whatComesAfterTheEndIsRefused() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX);
    journal.close();
    assertThat(journal.record(records.plain("m")).failed()).isTrue();
    assertThat(journal.dropped()).isEqualTo(1);
    var vertx = Vertx.vertx();
    var told = new CompletableFuture<Boolean>();
    vertx.runOnContext(
        _ -> journal.record(records.plain("m")).onComplete(done -> told.complete(done.failed())));
    assertThat(told.get(20, TimeUnit.SECONDS)).isTrue();
    vertx.close().await();
  }

  @Test
  void aTornEndIsSkippedWhereverItIsTorn() throws IOException, SQLException {
    write(records.plain("whole"));
    byte[] whole = Files.readAllBytes(directory.resolve(FIRST));
    Files.delete(directory.resolve(FIRST));
    byte[] line = JournalFiles.line(UsageJson.of(records.plain("torn")));
    for (int length : new int[] {0, 1, 8, 9, 10, line.length / 2, line.length - 1}) {
      store.execute("delete from usage_record");
      Path torn = Files.createDirectory(directory.resolve("torn-%d".formatted(length)));
      Path segment = torn.resolve(FIRST);
      Files.write(segment, whole);
      Files.write(segment, Arrays.copyOf(line, length), StandardOpenOption.APPEND);
      drain(new UsageJournal(torn, BYTES_MAX));
      assertThat(rows()).isEqualTo(1);
      assertThat(segment).doesNotExist();
    }
  }

  @Test
  void aDamagedLineIsSkippedAndTheOthersAreKept() throws IOException, SQLException {
    write(records.plain("a"), records.plain("b"), records.plain("c"));
    Path segment = directory.resolve(FIRST);
    byte[] bytes = Files.readAllBytes(segment);
    int inTheSecondLine = new String(bytes, StandardCharsets.US_ASCII).indexOf("\"b\"") + 1;
    bytes[inTheSecondLine] ^= 1;
    Files.write(segment, bytes);
    drain(new UsageJournal(directory, BYTES_MAX));
    assertThat(rows()).isEqualTo(2);
    assertThat(store.number("select count(*) from usage_record where model in ('a', 'c')"))
        .isEqualTo(2);
  }

  /** As a power failure leaves it: the length of the file was kept, its blocks were not. */
  @Test
  void aLongStretchOfZerosIsSkippedAndTheOthersAreKept() throws IOException, SQLException {
    write(records.plain("before"));
    Path segment = directory.resolve(FIRST);
    byte[] after = JournalFiles.line(UsageJson.of(records.plain("after")));
    Files.write(segment, new byte[3 << 20], StandardOpenOption.APPEND);
    Files.write(segment, new byte[] {'\n'}, StandardOpenOption.APPEND);
    Files.write(segment, after, StandardOpenOption.APPEND);
    drain(new UsageJournal(directory, BYTES_MAX));
    assertThat(rows()).isEqualTo(2);
    assertThat(segment).doesNotExist();
  }

  @Test
  void itIsFullAtItsLimitAndNoLongerOnceTheDatabaseHasTheRecords() throws Exception {
    var journal = new UsageJournal(directory, 3_000);
    assertThat(journal.full()).isFalse();
    int recorded = 0;
    while (!journal.full()) {
      journal.record(records.plain("m")).await();
      recorded++;
    }
    assertThat(recorded).isBetween(2, 20);
    assertThat(journal.pendingBytes()).isGreaterThanOrEqualTo(3_000);
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    Eventually.holds("the journal takes calls again", () -> !journal.full());
    assertThat(rows()).isEqualTo(recorded);
    journal.close();
    drain.close();
  }

  @Test
  void whatAnEarlierProcessLeftCountsTowardsTheLimit() {
    write(IntStream.range(0, 10).mapToObj(_ -> records.plain("m")).toArray(UsageRecord[]::new));
    var journal = new UsageJournal(directory, 3_000);
    assertThat(journal.full()).isTrue();
    journal.close();
  }

  @Test
  void manyRecordsFillSeveralSegmentsThatAreAllDrained() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX);
    String large = "\u4e00".repeat(512);
    int count = 6_000; // Of about 4 KB each, where a segment has 8 MB.
    for (int i = 0; i < count; i++) {
      var kept = journal.record(records.plain(large));
      if (i == count - 1) {
        kept.await();
      }
    }
    assertThat(JournalFiles.segments(directory)).hasSizeGreaterThan(1);
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    Eventually.holds("all are stored", () -> journal.pendingRecords() == 0);
    journal.close();
    drain.close();
    assertThat(rows()).isEqualTo(count);
    assertThat(JournalFiles.segments(directory)).as("nothing is read again").isEmpty();
  }

  @Test
  void anOldSegmentGoesOnceItIsStoredHoweverLittleIsInIt() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX, 10_000, Duration.ofMillis(1));
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    journal.record(records.plain("m")).await();
    Eventually.holds("it is gone", () -> Files.notExists(directory.resolve(FIRST)));
    Eventually.holds("nothing waits", () -> journal.pendingBytes() == 0);
    assertThat(rows()).isEqualTo(1);
    journal.record(records.plain("m")).await();
    journal.close();
    drain.close();
    assertThat(rows()).isEqualTo(2);
    assertThat(JournalFiles.segments(directory)).isEmpty();
  }

  /** Whether it was counted before nobody can know; another record of the batch is stored. */
  @Test
  void whatComesAfterItsMonthWasDroppedIsKeptButNotCounted() throws IOException, SQLException {
    store.execute("update usage_retention set records_since = '2026-11-21T00:00:00Z'");
    UsageRecord late = UsageRecords.counting(records.plain("m"), "resp_1");
    write(late, records.at(Instant.parse("2026-11-21T00:00:00Z"), "m", "user", 1));
    drain(new UsageJournal(directory, BYTES_MAX));
    assertThat(rows()).isEqualTo(1);
    assertThat(store.number("select sum(requests) from usage_rollup")).isEqualTo(1);
    assertThat(store.number("select count(*) from usage_counted")).isZero();
    assertThat(Files.readAllLines(directory.resolve("late.jsonl")))
        .singleElement()
        .satisfies(row -> assertThat(row).contains(late.id().toString()));
    assertThat(directory.resolve("rejected.jsonl")).doesNotExist();
  }

  @Test
  void whatIsTooMuchForTheDatabaseAtOnceIsStoredInHalves() throws IOException, SQLException {
    store.execute(
        """
        create function too_many() returns trigger language plpgsql as $$
        begin
          if (select count(*) from added) > 1 then
            raise exception 'out of shared memory' using errcode = '53200';
          end if;
          return null;
        end $$;
        create trigger too_many after insert on usage_record
          referencing new table as added for each statement execute function too_many()
        """);
    try {
      write(records.plain("m"), records.plain("m"), records.plain("n"));
      drain(new UsageJournal(directory, BYTES_MAX));
      assertThat(rows()).isEqualTo(3);
      assertThat(JournalFiles.segments(directory)).isEmpty();
    } finally {
      store.execute("drop function too_many cascade");
    }
  }

  /** As when a month got its place while the row was on its way to where it lay before. */
  @Test
  void whatACheckRefusesOnceIsStoredAtTheSecondTry() throws IOException, SQLException {
    store.execute(
        """
        create sequence tries;
        create function refuse_once() returns trigger language plpgsql as $$
        begin
          if nextval('tries') = 1 then
            raise exception 'violates partition constraint' using errcode = '23514';
          end if;
          return null;
        end $$;
        create trigger refuse_once after insert on usage_record
          for each statement execute function refuse_once()
        """);
    try {
      write(records.plain("m"));
      drain(new UsageJournal(directory, BYTES_MAX));
      assertThat(rows()).isEqualTo(1);
      assertThat(directory.resolve("rejected.jsonl")).doesNotExist();
    } finally {
      store.execute("drop function refuse_once cascade; drop sequence tries");
    }
  }

  /** Linux has a disk that is always full; here the second segment is on it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskEndsServiceAndLetsNoCallEndUnrecorded() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX, 100, Duration.ofDays(1));
    Files.createSymbolicLink(JournalFiles.segment(directory, 2), Path.of("/dev/full"));
    String large = "\u4e00".repeat(512);
    Future<Void> kept = journal.record(records.plain("m"));
    kept.await();
    for (int i = 0; !journal.full(); i++) {
      kept = journal.record(records.plain(large));
      if (i % 100 == 0) {
        Future<Void> one = kept;
        Eventually.holds("kept, or the disk is full", () -> one.isComplete() || journal.full());
      }
    }
    assertThat(kept.isComplete()).isFalse();
    assertThat(journal.written().segment()).isEqualTo(2);
    journal.close();
    assertThat(kept.failed()).isTrue();
    assertThat(journal.dropped()).isPositive();
  }

  /** Writes go there and no sync does: it is begun in another file, which calls wait for. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatCannotBeSyncedEndsServiceOnlyUntilAnotherIsBegun() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX, 10_000, Duration.ofMillis(1));
    Files.createSymbolicLink(JournalFiles.segment(directory, 2), Path.of("/dev/null"));
    journal.record(records.plain("m")).await();
    Eventually.holds("the second is open", () -> journal.written().segment() == 2);
    journal.record(records.plain("m")).await();
    Eventually.holds("another is begun", () -> journal.written().segment() > 2);
    Eventually.holds("calls are served", () -> !journal.full());
    journal.close();
    assertThat(journal.full()).as("nothing is kept any more").isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whereNoFileCanBeSyncedNoCallIsServed() throws Exception {
    var journal = new UsageJournal(directory, BYTES_MAX, 10_000, Duration.ofMillis(1));
    for (long segment = 2; segment <= 3; segment++) {
      Files.createSymbolicLink(JournalFiles.segment(directory, segment), Path.of("/dev/null"));
    }
    journal.record(records.plain("m")).await();
    Eventually.holds("the second is open", () -> journal.written().segment() == 2);
    journal.record(records.plain("m")).await();
    Eventually.holds("another is begun", () -> journal.written().segment() == 3);
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(journal.full()).isTrue();
    assertThat(journal.written().segment())
        .as("nor does it begin one after the other")
        .isEqualTo(3);
    journal.close();
  }

  private void write(UsageRecord... several) {
    try (var journal = new UsageJournal(directory, BYTES_MAX)) {
      for (UsageRecord record : several) {
        journal.record(record).await();
      }
    }
  }

  /** Stores everything that is in the journal's directory, and closes both. */
  private static void drain(UsageJournal journal) {
    var drain = new UsageDrain(journal, store.database(), store.databaseUrl());
    journal.close();
    drain.close();
  }

  private static long rows() throws SQLException {
    return store.number("select count(*) from usage_record");
  }
}
