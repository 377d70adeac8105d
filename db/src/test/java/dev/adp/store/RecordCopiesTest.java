package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adp.domain.LatencyBins;
import dev.adp.domain.Records;
import dev.adp.domain.UsageRecord;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way into the database leads to the same place as the long one, or nowhere. */
@Timeout(120)
class RecordCopiesTest {
  @RegisterExtension
  static final StoreExtension store =
      new StoreExtension(new TestClock(Instant.parse("2026-11-21T12:00:00Z")));

  private static final Postgres.Patience SHORT =
      new Postgres.Patience(Duration.ofSeconds(2), Duration.ofSeconds(3));

  /** All that a record changes, but for the numbers of keys. */
  private static final List<String> STORED =
      List.of(
          "select usage_record::text from usage_record order by 1",
          "select usage_rollup::text from usage_rollup order by 1",
          "select usage_latency::text from usage_latency order by 1",
          """
          select row(cube, provider_uid, provider_type, model, user_name, agent, span, bucket_start,
            requests, failed_requests, missing_usage_requests, unpriced_tokens, tokens_input,
            tokens_output, tokens_cached, tokens_cache_creation_5m, tokens_cache_creation_1h,
            tokens_cache_creation_unknown_ttl, tokens_reasoning, tokens_tool_use_input, cost_input,
            cost_output, cost_cached, cost_cache_creation_5m, cost_cache_creation_1h,
            cost_cache_creation_unknown_ttl, cost_reasoning, cost_tool_use_input)::text
          from usage_sum join usage_key on usage_key.id = key_id order by 1
          """);

  private final UsageRecords records = new UsageRecords(11);
  private final RecordCopies copies = new RecordCopies(store.databaseUrl(), SHORT);

  @TempDir Path kept;

  @AfterEach
  void close() {
    copies.close();
  }

  private static List<JournalRow> rows(List<UsageRecord> records) {
    return records.stream().map(record -> JournalRow.of(UsageJson.of(record))).toList();
  }

  private static List<String> stored() {
    return STORED.stream()
        .flatMap(query -> UsageTotals.texts(store.database(), query).stream())
        .toList();
  }

  /** Stores by the way that looks at each record. */
  private static void storeTheLongWay(List<JournalRow> rows) {
    store.database().transaction(tx -> UsageAddition.store(tx, UsageRows.portions(rows), () -> {}));
  }

  private void assertSameBothWays(List<JournalRow> rows) throws SQLException {
    storeTheLongWay(rows);
    List<String> theLongWay = stored();
    store.empty();
    assertThat(stored()).isEmpty();
    assertThat(copies.store(rows, () -> {})).isTrue();
    assertThat(stored()).isEqualTo(theLongWay).isNotEmpty();
  }

  @Test
  void bothWaysStoreTheSame() throws SQLException {
    assertSameBothWays(rows(Stream.generate(records::next).limit(3_000).toList()));
    UsageTotals.agree(store.database());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\\", "\\N", "\\.", "a\tb", "a\nb\r", "\"", "{}", "é", "模型", "😀", "\u0001"})
  void anyTextIsTheSameBothWays(String text) throws SQLException {
    assertSameBothWays(
        rows(
            Stream.of("model", "user", "agent", "conversationId")
                .map(field -> Records.with(records.next(), Map.of(field, text)))
                .toList()));
  }

  /** Times at the edges of quarters, hours, days and months, and whatever fraction they have. */
  @Test
  void anyTimeIsTheSameBothWays() throws SQLException {
    assertSameBothWays(
        rows(
            Stream.of(
                    "2026-11-30T23:59:59.999999Z",
                    "2026-12-01T00:00:00Z",
                    "2026-12-01T00:14:59.9Z",
                    "2026-12-01T00:15:00.000001Z",
                    "2026-12-31T23:45:00Z",
                    "1970-01-01T00:14:59Z")
                .map(time -> records.at(Instant.parse(time), "m", "u", 1))
                .toList()));
  }

  /** The driver tells the server where it is, unlike that of the pools. */
  @Test
  void whereTheProcessIsMakesNoDifference() throws SQLException {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
    try {
      assertSameBothWays(rows(Stream.generate(records::next).limit(200).toList()));
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /** A journal may still hold rows of earlier builds, and any JSON that says the same. */
  @Test
  void rowsInFullAreTheSameAsShortOnes() throws SQLException {
    List<UsageRecord> some = Stream.generate(records::next).limit(50).toList();
    List<JournalRow> inFull =
        some.stream()
            .map(record -> JournalRow.of(UsageRecords.inFull(record).encodePrettily()))
            .toList();
    assertThat(copies.store(rows(some), () -> {})).isTrue();
    List<String> ofShortOnes = stored();
    store.empty();
    assertThat(copies.store(inFull, () -> {})).isTrue();
    assertThat(stored()).isEqualTo(ofShortOnes);
  }

  @Test
  void callsAreInTheBinsThatTheDatabaseWouldPutThemInto() {
    long[] micros =
        LongStream.range(0, LatencyBins.BINS + 2)
            .map(bin -> (long) Math.ceil(500 * Math.pow(2, bin / 4.0)))
            .flatMap(least -> LongStream.of(least - 1, least, least + 1))
            .toArray();
    for (long each :
        LongStream.concat(
                LongStream.of(Long.MIN_VALUE, -5, 0, 1, Long.MAX_VALUE), LongStream.of(micros))
            .toArray()) {
      assertThat(LatencyBins.bin(each))
          .as("%d us", each)
          .isEqualTo(
              Integer.parseInt(
                  UsageTotals.texts(store.database(), "select usage_bin(%d)::text".formatted(each))
                      .getFirst()));
    }
  }

  /** As after a kill: the first of them are there, and nobody knows up to where. */
  @Test
  void nothingIsStoredWhereSomethingIsThereAlready() throws IOException {
    List<JournalRow> all = rows(Stream.generate(records::next).limit(20).toList());
    assertThat(copies.store(all.subList(0, 1), () -> {})).isTrue();
    List<String> before = stored();
    assertThat(copies.store(all, () -> {})).isFalse();
    assertThat(stored()).isEqualTo(before);

    new RecordStore(store.database(), copies, kept).store(UsageRows.portions(all));
    assertThat(
            store.database().list(Database.sql.resultQuery("select 1 from usage_record"), _ -> 1))
        .hasSize(20);
    UsageTotals.agree(store.database());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tokens_input\":9223372036854775808",
        "\"tokens_input\":9223372036854775807",
        "\"tokens_input\":\"many\"",
        "\"tokens_input\":{}",
        "\"outcome\":\"LOST\"",
        "\"started_at\":\"2026-11-20\"",
        "\"started_at\":\"2026-11-20T00:00:60Z\"",
        "\"started_at\":\"2026-11-20T00:00:00.1234567Z\"",
        "\"model\":null",
        "\"model\":\"\\u0000\""
      })
  void nothingIsStoredWhereOneRowIsNotAsUsual(String member) {
    List<JournalRow> rows = new ArrayList<>(rows(List.of(records.plain("a"), records.plain("b"))));
    String name = member.substring(0, member.indexOf(':') + 1);
    String row = UsageJson.of(records.plain("c"));
    assertThat(row).contains(name);
    rows.add(
        JournalRow.of(
            row.replaceFirst(name + "(\"[^\"]*\"|[0-9]+)", member.replace("\\", "\\\\"))));
    rows.add(
        JournalRow.of(
            UsageJson.of(records.plain("d"))
                .replaceFirst("\"tokens_input\":1", "\"tokens_input\":2")));
    assertThat(copies.store(rows, () -> {})).isFalse();
    assertThat(stored()).isEmpty();
    try (var others = new RecordCopies(store.databaseUrl(), SHORT)) {
      assertThat(others.store(rows.subList(0, 2), () -> {})).as("another gateway").isTrue();
    }
  }

  @Test
  void nothingIsStoredOfMonthsThatWereDropped() throws SQLException {
    store.execute("update usage_retention set records_since = '2026-11-20T00:01:00Z'");
    try {
      List<JournalRow> early =
          rows(List.of(records.at(Instant.parse("2026-11-20T00:00:59Z"), "m", "u", 1)));
      List<JournalRow> late =
          rows(List.of(records.at(Instant.parse("2026-11-20T00:01:00Z"), "m", "u", 1)));
      assertThat(copies.store(early, () -> {})).isFalse();
      assertThat(stored()).isEmpty();
      assertThat(copies.store(late, () -> {})).isTrue();
    } finally {
      store.execute("update usage_retention set records_since = '1970-01-01T00:00:00Z'");
    }
  }

  /** Since when there are records is asked once nobody can change it any more. */
  @Test
  void aMonthThatIsBeingDroppedIsAwaited() throws Exception {
    List<JournalRow> rows = rows(List.of(records.plain("m")));
    try (var dropping = Postgres.connection(store.databaseUrl(), Postgres.Patience.DEFAULT);
        var patient = new RecordCopies(store.databaseUrl(), Postgres.Patience.DEFAULT);
        var statement = dropping.createStatement()) {
      statement.execute("lock table usage_record in access exclusive mode");
      var stored = CompletableFuture.supplyAsync(() -> patient.store(rows, () -> {}));
      Eventually.holds(
          "it waits",
          () ->
              !UsageTotals.texts(store.database(), "select mode from pg_locks where not granted")
                  .isEmpty());
      statement.execute("update usage_retention set records_since = '2026-11-21T00:00:00Z'");
      dropping.commit();
      assertThat(stored.get(30, TimeUnit.SECONDS)).isFalse();
      assertThat(stored()).isEmpty();
    } finally {
      store.execute("update usage_retention set records_since = '1970-01-01T00:00:00Z'");
    }
  }

  /** What is in the way for a while is not tried again with each batch. */
  @Test
  void whereItCannotBeGoneItIsLeftAlone() throws SQLException {
    List<JournalRow> rows = rows(List.of(records.plain("m")));
    store.execute("alter function usage_copy_begin() rename to usage_copy_begin_later");
    try {
      assertThat(copies.store(rows, () -> {})).isFalse();
    } finally {
      store.execute("alter function usage_copy_begin_later() rename to usage_copy_begin");
    }
    assertThat(copies.store(rows, () -> {})).as("within the minute").isFalse();
    try (var others = new RecordCopies(store.databaseUrl(), SHORT)) {
      assertThat(others.store(rows, () -> {})).isTrue();
    }
  }

  /** The drain of a busy gateway goes this way, that of a quiet one does not. */
  @ParameterizedTest
  @ValueSource(ints = {99, 100})
  void manyAtOnceAreCopied(int count) throws Exception {
    List<UsageRecord> some = Stream.generate(records::next).limit(count - 1).toList();
    List<JournalRow> all = new ArrayList<>(rows(some));
    all.addAll(
        rows(List.of(UsageRecords.counting(records.plain("once"), "work"), records.plain("m"))));
    store.execute("create table way (of text)");
    store.execute(
        """
        create function note() returns trigger language plpgsql as $$
        begin
          insert into way values (current_query());
          return null;
        end $$;
        create trigger note after insert on usage_record for each statement execute function note()
        """);
    try {
      new RecordStore(store.database(), copies, kept).store(UsageRows.portions(all));
      assertThat(UsageTotals.texts(store.database(), "select of from way where of like 'copy %'"))
          .hasSize(count < 100 ? 0 : 1);
    } finally {
      store.execute("drop trigger note on usage_record; drop function note(); drop table way");
    }
    assertThat(UsageTotals.texts(store.database(), "select count(*)::text from usage_record"))
        .containsExactly(String.valueOf(count + 1));
    UsageTotals.agree(store.database());
  }

  /** Writing to somebody who does not read would else last until TCP gives up. */
  @Test
  void aNetworkThatSwallowsEverythingBlocksNobodyForLong() throws Exception {
    List<JournalRow> many = rows(Stream.generate(records::next).limit(60_000).toList());
    try (var network = new SilentNetwork(Postgres.port(store.databaseUrl()))) {
      var through = new RecordCopies(network.before(store.databaseUrl()), SHORT);
      assertThat(through.store(many.subList(0, 1), () -> {})).isTrue();
      network.swallow();
      assertThat(through.store(many, () -> {})).isFalse();
      through.close();
    }
    assertThat(UsageTotals.texts(store.database(), "select count(*)::text from usage_record"))
        .containsExactly("1");
  }

  @Test
  void aDatabaseThatIsAwayIsNoFault() {
    try (var nowhere = new RecordCopies("postgresql://u:p@127.0.0.1:1/db", SHORT)) {
      assertThat(nowhere.store(rows(List.of(records.plain("m"))), () -> {})).isFalse();
    }
  }

  /** The driver of the pools reads the URL by itself. The server says whom it does not know. */
  @ParameterizedTest
  @ValueSource(strings = {"me%2Byou", "me%3Ayou", "me%40you", "me%25you", "m%C3%A9"})
  void bothDriversAreTheSameUser(String user) {
    String name = URLDecoder.decode(user, StandardCharsets.UTF_8);
    String url = store.databaseUrl().replaceFirst("//[^@]*@", "//" + user + ":x@");
    var pool = Postgres.pool(store.vertx(), url, 1);
    assertThatThrownBy(() -> UsageTotals.texts(new Database(pool), "select 'in'"))
        .hasStackTraceContaining("\"%s\"".formatted(name));
    assertThatThrownBy(() -> Postgres.connection(url, SHORT).close())
        .hasMessageContaining("\"%s\"".formatted(name));
    pool.close().await();
  }

  @Test
  void theServerItselfEndsWhatTakesTooLong() throws SQLException {
    try (var connection = Postgres.connection(store.databaseUrl(), SHORT);
        var statement = connection.createStatement();
        var setting =
            statement.executeQuery(
                "select current_setting('statement_timeout'),"
                    + " current_setting('idle_in_transaction_session_timeout')")) {
      setting.next();
      assertThat(setting.getString(1)).isEqualTo("2s");
      assertThat(setting.getString(2)).isEqualTo("1min");
    }
  }
}
