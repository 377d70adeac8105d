package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.said;
import static dev.adp.store.Turns.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Conversation;
import dev.adp.domain.Records;
import dev.adp.domain.ResourceId;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of conversations follow whatever becomes of turns, and wait for nobody for long. */
class ConversationSumsTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  private final List<UUID> providers = new ArrayList<>();

  @BeforeEach
  void providers() {
    for (String name : List.of("a", "b", "c")) {
      providers.add(
          store
              .providers()
              .create(WRITER, Drafts.compatible(name, "https://llm.example.com", true), List.of())
              .uid());
    }
  }

  /**
   * Whether a conversation is long or not, and however few turns are looked through at once: after
   * each deletion the sums are those of the turns that are left.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 1_000})
  void sumsAreThoseOfTheTurnsThatAreLeft(int recountedTurnsMax) throws SQLException {
    var random = new Random(recountedTurnsMax);
    int turns = 160;
    try (var ledger = new TranscriptLedger(store.database(), 1 << 24)) {
      for (int i = 0; i < turns; i++) {
        UsageRecord call = any(random, i);
        store.record(List.of(call));
        ledger.offer(call, i % 3 == 0 ? silent("t" + i) : said("t" + i, "q", "a"));
      }
    }
    assertSumsAreExact();
    // One that is stored, but not counted: what goes must not be taken off for it.
    store.execute(
        "insert into transcript_pending select started_at, id from transcript_turn"
            + " where conversation_id = 'c2' order by started_at limit 1");
    store.execute("delete from transcript_conversation where conversation_id = 'c2'");
    recount("c2");
    var purge = new TranscriptPurge(store.database(), recountedTurnsMax, 2);
    for (int i = 0; i < turns; i += 23) {
      int _ = purge.before(START.plusSeconds(i));
      assertSumsAreExact();
    }
    int _ = purge.of(providers.get(1));
    assertSumsAreExact();
    int _ = purge.before(START.plusSeconds(turns + 1));
    assertThat(store.number("select count(*) from transcript_conversation")).isZero();
    assertThat(store.number("select count(*) from transcript_pending")).isZero();
  }

  /** Calls overlap, so that the one that began last is not the one that ended last. */
  private UsageRecord any(Random random, int i) {
    UsageRecord call =
        call(providers.get(random.nextInt(3)), START.plusSeconds(i), "c" + random.nextInt(3));
    return Records.with(
        call,
        Map.of(
            "latencyMicros", random.nextLong(40_000_000),
            "agent", i < 90 && random.nextBoolean() ? "agents/a" + random.nextInt(4) : "",
            "user", "user-" + i / 50,
            "model", i == 3 ? "rare" : "model-" + random.nextInt(2),
            "outcome", random.nextInt(4) == 0 ? Outcome.UPSTREAM_ERROR : Outcome.OK,
            "usageState", random.nextInt(5) == 0 ? UsageState.MISSING : UsageState.REPORTED));
  }

  private static void recount(String conversation) {
    boolean _ =
        store
            .database()
            .transaction(
                tx -> {
                  ConversationSums.recount(tx, Set.of(conversation), 0);
                  return true;
                });
  }

  /** Both ways: each row is what its turns make, and each conversation with a turn has a row. */
  private static void assertSumsAreExact() throws SQLException {
    String sums =
        """
        select turn.conversation_id, min(turn.started_at) as started_at,
          max(turn.started_at + usage.latency_micros * interval '1 microsecond') as ended_at,
          count(*) as turns, count(*) filter (where outcome <> 'OK') as failed_turns,
          count(*) filter (where usage_state = 'MISSING') as missing_usage_turns,
          count(input) as input_turns, count(output) as output_turns,
          sum(tokens_input)::bigint as tokens, sum(usage.unpriced_tokens)::bigint as unpriced_tokens,
          sum(cost_input)::bigint as cost, max(turn.started_at) as last_started_at,
          (array_agg(outcome order by turn.started_at desc, turn.id desc))[1] as last_outcome,
          array_agg(distinct turn.provider_uid) as provider_uids,
          coalesce(array_agg(distinct agent) filter (where agent <> ''), '{}') as agents,
          array_agg(distinct user_name) as users, array_agg(distinct model) as models
        from transcript_turn as turn join usage_record as usage using (started_at, id)
        where not exists (select from transcript_pending as pending
          where pending.started_at = turn.started_at and pending.id = turn.id)
        group by 1
        """;
    String stored =
        """
        select conversation_id, started_at, ended_at, turns, failed_turns, missing_usage_turns, input_turns,
          output_turns, tokens, unpriced_tokens, cost, last_started_at, last_outcome,
          array(select distinct unnest(provider_uids) order by 1), array(select distinct unnest(agents) order by 1),
          array(select distinct unnest(users) order by 1), array(select distinct unnest(models) order by 1)
        from transcript_conversation
        """;
    assertThat(
            store.number(
                "select count(*) from ((%1$s except %2$s) union all (%2$s except %1$s)) as differences"
                    .formatted("(" + sums + ")", "(" + stored + ")")))
        .isZero();
  }

  /** A plan that is made before a month has calls is kept when it has them. */
  @Test
  void usageIsFoundByItsKeyWheneverThatWasPlanned() throws SQLException {
    store.execute("vacuum analyze usage_record"); // As many do each night.
    for (String statement :
        List.of(TurnRow.INSERT_AND_COUNT_EACH, TurnRow.INSERT_AND_COUNT_TOGETHER)) {
      List<String> plan =
          store
              .another()
              .transaction(
                  tx -> {
                    boolean _ = ConversationSums.begin(tx);
                    String nothing = String.join(", ", Collections.nCopies(14, "'{}'"));
                    for (String step :
                        List.of(
                            "set local plan_cache_mode = 'force_generic_plan'",
                            "prepare storing as " + statement)) {
                      int _ = tx.execute(step, Tuple.tuple());
                    }
                    List<String> lines =
                        tx.list(
                            "explain execute storing (" + nothing + ")",
                            Tuple.tuple(),
                            row -> row.getString(0));
                    int _ = tx.execute("deallocate storing", Tuple.tuple());
                    return lines;
                  });
      assertThat(plan)
          .anyMatch(line -> line.contains("Index Cond: ((started_at = turn.started_at)"))
          .noneMatch(line -> line.contains("Filter: ((started_at = turn.started_at)"));
    }
  }

  /** Most turns count with being stored, so that nothing is written only to be deleted again. */
  @Test
  void aTurnWhoseUsageIsThereNeverWaits() throws SQLException {
    store.execute("alter table transcript_pending add constraint none check (id is null)");
    try (var ledger = new TranscriptLedger(store.database(), 1 << 20)) {
      for (int i = 0; i < 4; i++) {
        UsageRecord call = call(providers.getFirst(), START.plusSeconds(i), i < 2 ? "c" : "c" + i);
        store.record(List.of(call));
        ledger.offer(call, said("t" + i, "q", "a"));
      }
    } finally {
      store.execute("alter table transcript_pending drop constraint none");
    }
    assertThat(store.number("select sum(turns) from transcript_conversation")).isEqualTo(4);
    assertThat(store.number("select count(*) from transcript_conversation")).isEqualTo(3);
    assertSumsAreExact();
  }

  /**
   * Others may be at the sums for a while; whoever deletes a provider has his answer all the same.
   */
  @Test
  void deletingAProviderDoesNotWaitForWhoeverChangesTheSums() throws Exception {
    Turns.keep(
        store.database(), call(providers.getFirst(), START, "c1"), said("t1", "secret", "yes"));
    var locked = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    var other =
        CompletableFuture.runAsync(
            () -> {
              boolean _ =
                  store
                      .another()
                      .transaction(
                          tx -> {
                            ConversationSums.lock(tx);
                            locked.countDown();
                            await(done);
                            return true;
                          });
            },
            THREADS);
    locked.await();
    try {
      CompletableFuture.runAsync(
              () -> store.providers().delete(ADMIN, new ResourceId("a"), _ -> true), THREADS)
          .get(10, TimeUnit.SECONDS);
      assertThat(conversations()).as("hidden at once").isEmpty();
      assertThat(store.number("select count(*) from transcript_turn")).isOne();
    } finally {
      done.countDown();
    }
    other.get(20, TimeUnit.SECONDS);
    try (var retention =
        new TranscriptRetention(store.database(), store.clock(), Duration.ofDays(9_999))) {
      retention.pass();
    }
    assertThat(store.number("select count(*) from transcript_turn")).isZero();
  }

  /** Counting, storing, purging and deleting at once, in two processes: nobody waits for ever. */
  @Test
  void nobodyWaitsForEachOther() throws Exception {
    var second = store.another();
    List<CompletableFuture<Void>> deletions = new ArrayList<>();
    try (var ledger = new TranscriptLedger(store.database(), 1 << 24);
        var other = new TranscriptLedger(second, 1 << 24)) {
      for (int i = 0; i < 600; i++) {
        UsageRecord call = call(providers.get(i % 3), START.plusSeconds(i), "c" + i % 5);
        if (i % 2 == 0) {
          store.record(List.of(call));
        }
        (i % 4 < 2 ? ledger : other).offer(call, said("t" + i, "q", "a"));
        if (i % 2 == 1) {
          store.record(List.of(call));
        }
        if (i == 300) {
          for (String name : List.of("a", "b")) {
            deletions.add(
                CompletableFuture.runAsync(
                    () -> store.providers().delete(ADMIN, new ResourceId(name), _ -> true),
                    THREADS));
          }
        }
      }
    }
    for (var deletion : deletions) {
      deletion.get(20, TimeUnit.SECONDS);
    }
    try (var retention = new TranscriptRetention(second, store.clock(), Duration.ofDays(9_999))) {
      retention.pass();
    }
    Eventually.holds(
        "all are counted",
        () ->
            !ConversationSums.count(second)
                && store.number("select count(*) from transcript_pending") == 0);
    assertThat(store.number("select sum(turns) from transcript_conversation")).isEqualTo(200);
    assertSumsAreExact();
  }

  private static List<Conversation> conversations() {
    return new Conversations(store.database())
        .list(ADMIN, Conversation.Query.ALL, 50, Optional.empty())
        .rows();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
