package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.Catalogs;
import dev.adp.domain.Cost;
import dev.adp.domain.Records;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RepricingTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final Instant BEFORE = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant AFTER = Instant.parse("2026-11-22T10:00:00Z");
  private static final String COST =
      "cost_input + cost_output + cost_cached + cost_cache_creation_5m + cost_cache_creation_1h"
          + " + cost_cache_creation_unknown_ttl + cost_reasoning + cost_tool_use_input";

  private final CatalogVersions versions = store.catalogVersions();
  private final UsageRecords records = new UsageRecords(7);

  /** Two calls of a model without a price, in the middle of many others. */
  @BeforeEach
  void record() {
    versions.adoptShipped(CatalogFile.parse(Catalogs.whole("2026-11-24")));
    var made = new ArrayList<UsageRecord>();
    for (int i = 0; i < 1_200; i++) {
      made.add(records.next());
    }
    made.add(unpriced(records.at(BEFORE, "late", "user", 10)));
    made.add(
        Records.with(
            unpriced(records.at(AFTER, "late", "user", 10)), Map.of("serviceTier", "batch")));
    store.record(made);
  }

  @Test
  void aPriceThatArrivesPricesCallsAtTheirOwnTimeAndTier() throws SQLException {
    try (var repricing = idle()) {
      long others = sum("usage_record", COST);
      var _ = versions.offer(ADMIN, withPrices(), "a test");
      Eventually.holds("both are priced", () -> unpriced() == 0);
      assertThat(sum("usage_record", COST) - others).isEqualTo(10 * 2 + 10 * 3 / 2);
      assertThat(
              store.number(
                  "select cost_input from usage_record where model = 'late'"
                      + " and started_at = '2026-11-22T10:00:00Z'"))
          .isEqualTo(15);
      assertThat(
              store.number(
                  "select count(*) from usage_record where catalog_version = '2026-11-25'"))
          .isEqualTo(2);
      assertThatRollupsAreTheSumsOfRecords();
      List<Integer> left = new ArrayList<>();
      Eventually.holds(
          "its own thread has left it",
          () -> {
            repricing.pass().ifPresent(left::add);
            return !left.isEmpty();
          });
      assertThat(left).as("nothing is left to do").containsExactly(0);
      assertThatRollupsAreTheSumsOfRecords();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Conversations and spending never disagree. */
  @Test
  void aConversationCostsWhatItsCallsCost() throws Exception {
    UUID provider =
        store
            .providers()
            .create(WRITER, Drafts.compatible("a", "https://llm.example.com", true), List.of())
            .uid();
    UsageRecord call = unpriced(records.of(provider, BEFORE, "late", 10));
    Turns.keep(
        store.database(), Records.with(call, Map.of("conversationId", "c1")), Turns.silent("t1"));
    assertThat(store.number("select unpriced_tokens from transcript_conversation")).isEqualTo(10);
    try (var _ = idle()) {
      var _ = versions.offer(ADMIN, withPrices(), "a test");
      Eventually.holds(
          "the conversation follows",
          () -> store.number("select cost from transcript_conversation") == 10 * 2);
    }
    assertThat(store.number("select unpriced_tokens from transcript_conversation")).isZero();
    assertThat(store.number("select turns from transcript_conversation")).isOne();
  }

  @Test
  void oneInstanceWorksAtATime() throws SQLException {
    try (var repricing = idle()) {
      boolean busy =
          store
              .another()
              .transaction(
                  tx -> {
                    tx.execute(
                        Database.sql.query("select pg_advisory_xact_lock(" + 0x61_64_70_02 + ")"));
                    return repricing.pass().isEmpty();
                  });
      assertThat(busy).isTrue();
    }
  }

  /** There may be millions of them, and they stay for ever. */
  @Test
  void whatGetsNoPriceIsNeitherLockedNorWaitedFor() throws SQLException {
    try (var repricing = idle()) {
      assertThatNoneIsTouched(repricing);
    }
    assertThat(unpriced()).isEqualTo(2);
  }

  private static void assertThatNoneIsTouched(Repricing repricing) {
    boolean done =
        store
            .another()
            .transaction(
                tx -> {
                  tx.execute(Database.sql.query("select 1 from usage_record for update"));
                  try {
                    // Its own thread may be at it.
                    Eventually.holds("a pass", () -> repricing.pass().equals(Optional.of(0)));
                    return true;
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(done).isTrue();
  }

  /** A price that is there for some of the tokens only makes nothing better a second time. */
  @Test
  void whatHasThePricesThatThereAreIsNotLookedAtAgain() throws Exception {
    var _ = versions.offer(ADMIN, withPrices(), "a test");
    store.execute(
        "update usage_record set tokens_cached = 4, unpriced_tokens = 14 where model = 'late'");
    try (var repricing = idle()) {
      Eventually.holds(
          "both are priced as far as they can be",
          () ->
              store.number(
                      "select count(*) from usage_record where unpriced_tokens = 4 and model = 'late'")
                  == 2);
      assertThatNoneIsTouched(repricing);
    }
  }

  /** A kill between two batches, or within one, is a transaction that was not committed. */
  @Test
  void aBatchThatIsNotCommittedChangesNothing() throws SQLException {
    long before = sum("usage_record", COST);
    String row =
        """
        [{"started_at": "2026-11-20T10:00:00Z", "id": "%s", "catalog_version": "x",
          "cost_input": 5, "cost_output": 0, "cost_cached": 0, "cost_cache_creation_5m": 0,
          "cost_cache_creation_1h": 0, "cost_cache_creation_unknown_ttl": 0, "cost_reasoning": 0,
          "cost_tool_use_input": 0, "unpriced_tokens": 0}]
        """
            .formatted(
                text(
                    "select id from usage_record where model = 'late' order by started_at limit"
                        + " 1"));
    try {
      store
          .database()
          .transaction(
              tx -> {
                UsageAddition.in(
                    tx,
                    addition -> {
                      addition.bring(UsageRows.REPRICE, Tuple.of(row));
                      return row;
                    });
                throw new IllegalStateException("killed");
              });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("killed");
    }
    assertThat(sum("usage_record", COST)).isEqualTo(before);
    assertThatRollupsAreTheSumsOfRecords();
  }

  private static String text(String query) {
    return store
        .database()
        .first(Database.sql.resultQuery(query), row -> row.getUUID(0).toString())
        .orElseThrow();
  }

  private Repricing idle() {
    return new Repricing(store.database(), store.snapshot(ModelCatalog.shipped()), 100);
  }

  private static String withPrices() {
    return Catalogs.whole(
        "2026-11-25",
        Catalogs.row("OPENAI", "late", "0.02", "8"),
        Catalogs.dated("OPENAI", "late", "2026-11-21", "0.03", "8")
            .replace("\ta test", "batch=0.5\ta test"));
  }

  private static UsageRecord unpriced(UsageRecord plain) {
    Tokens tokens = plain.tokens();
    return Records.with(
        plain,
        Map.of(
            "modelAnswered",
            "late-answered",
            "cost",
            new Cost(0, 0, 0, 0, 0, 0, 0, 0, tokens.total())));
  }

  private static long unpriced() {
    try {
      return store.number(
          "select count(*) from usage_record where unpriced_tokens > 0 and model = 'late'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long sum(String table, String expression) throws SQLException {
    return store.number("select sum(%s) from %s".formatted(expression, table));
  }

  private static void assertThatRollupsAreTheSumsOfRecords() throws SQLException {
    for (String expression : List.of(COST, "unpriced_tokens", "tokens_input", "cost_input")) {
      assertThat(sum("usage_rollup", expression))
          .as(expression)
          .isEqualTo(sum("usage_record", expression));
    }
    UsageTotals.agree(store.database());
  }
}
