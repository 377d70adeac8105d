package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Turns.by;
import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.message;
import static dev.adp.store.Turns.said;
import static dev.adp.store.Turns.silent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.Conversation;
import dev.adp.domain.Conversation.Query;
import dev.adp.domain.ConversationTurn;
import dev.adp.domain.ConversationTurn.Recording;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.PageKey;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Records;
import dev.adp.domain.ResourceId;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of what was said: stored, counted, found, forgotten. */
class TranscriptsTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final TestClock clock = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final Conversations conversations = new Conversations(store.database());
  private TranscriptLedger ledger = new TranscriptLedger(store.database(), 1 << 20);
  private UUID openAi = new UUID(0, 0);
  private UUID other = new UUID(0, 0);

  @BeforeEach
  void providers() {
    openAi = provider("team-a");
    other = provider("team-b");
  }

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  private static UUID provider(String name) {
    return store
        .providers()
        .create(WRITER, Drafts.compatible(name, "https://llm.example.com", true), List.of())
        .uid();
  }

  private UsageRecord keep(UsageRecord call, CallTranscript transcript) {
    store.record(List.of(call));
    ledger.offer(call, transcript);
    return call;
  }

  /** Stores and counts all that was offered. */
  private void settle() {
    ledger.close();
    ledger = new TranscriptLedger(store.database(), 1 << 20);
  }

  private List<Conversation> list(Query query) {
    return conversations.list(ADMIN, query, 50, Optional.empty()).rows();
  }

  private List<ConversationTurn> turns(String id) {
    return conversations.get(ADMIN, id, 50, Optional.empty()).turns().rows();
  }

  private static Query with(String component, Object value) {
    return Records.with(Query.ALL, Map.of(component, value));
  }

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void aConversationHasItsTurnsInOrderAndTheirSums() {
    keep(call(openAi, after(60), "c1"), said("t2", "And now?", "Done."));
    keep(call(openAi, START, "c1"), said("t1", "Hello", "Hi."));
    settle();
    Conversation found = list(Query.ALL).getFirst();
    assertThat(found.id()).isEqualTo("c1");
    assertThat(found.turns()).isEqualTo(2);
    assertThat(found.tokens()).isEqualTo(2);
    assertThat(found.costMicrocents()).isEqualTo(2);
    assertThat(found.inputTurns()).isEqualTo(2);
    assertThat(found.duration()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    assertThat(found.providers()).extracting("name").containsExactly("team-a");
    assertThat(turns("c1")).extracting(ConversationTurn::traceId).containsExactly("t1", "t2");
    assertThat(turns("c1").getFirst().output().json()).contains("Hi.");
    assertThat(turns("c1").getFirst().finishReasons()).containsExactly("stop");
  }

  /** The journal may have more to do, after a time without the database for one. */
  @Test
  void aTurnCountsOnceItsUsageIsThere() throws Exception {
    UsageRecord call = call(openAi, START, "c1");
    ledger.offer(call, said("t1", "Hello", "Hi."));
    Eventually.holds("it is stored", () -> ledger.stored() == 1);
    assertThat(list(Query.ALL)).isEmpty();
    store.record(List.of(call));
    Eventually.holds("it counts", () -> !list(Query.ALL).isEmpty());
    settle();
    assertThat(list(Query.ALL).getFirst().turns()).isEqualTo(1);
    assertThat(store.number("select count(*) from transcript_pending")).isZero();
  }

  @Test
  void twoProcessesCountNoTurnTwice() throws SQLException {
    try (var second = new TranscriptLedger(store.another(), 1 << 20)) {
      for (int i = 0; i < 300; i++) {
        UsageRecord call = call(openAi, after(i), "c" + i % 7);
        store.record(List.of(call));
        (i % 2 == 0 ? ledger : second).offer(call, said("t" + i, "q", "a"));
      }
    }
    settle();
    assertThat(store.number("select sum(turns) from transcript_conversation")).isEqualTo(300);
    assertThat(store.number("select sum(cost) from transcript_conversation")).isEqualTo(300);
    assertThat(store.number("select count(*) from transcript_turn")).isEqualTo(300);
  }

  @Test
  void aCallWithoutAConversationIsOneOfItsOwnNamedByItsTrace() {
    keep(call(openAi, START, ""), silent("4bf92f3577b34da6a3ce929d0e0e4736"));
    keep(call(openAi, START, ""), silent("5bf92f3577b34da6a3ce929d0e0e4736"));
    settle();
    assertThat(list(Query.ALL))
        .extracting(Conversation::id)
        .containsExactly("5bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736");
  }

  /** Also where both are stored at once, and where the first was stored long ago. */
  @Test
  void aTurnThatGoesOnFromAnAnswerJoinsItsConversation() {
    keep(answering("resp_1", START), silent("t1"));
    keep(answering("resp_2", after(1)), transcript("t2", "resp_1"));
    settle();
    keep(answering("resp_3", after(2)), transcript("t3", "resp_2"));
    keep(answering("resp_4", after(3)), transcript("t4", "resp_of_nobody"));
    settle();
    assertThat(list(Query.ALL)).extracting(Conversation::id).containsExactly("t4", "t1");
    assertThat(turns("t1")).extracting(ConversationTurn::traceId).containsExactly("t1", "t2", "t3");
  }

  /** The upstream of another provider may give the same ids. */
  @Test
  void anAnswerOfAnotherProviderIsNoneToGoOnFrom() {
    keep(answering("resp_1", START), silent("t1"));
    keep(call(other, after(1), ""), transcript("t2", "resp_1"));
    settle();
    assertThat(list(Query.ALL)).extracting(Conversation::id).containsExactly("t2", "t1");
  }

  private UsageRecord answering(String upstreamId, Instant at) {
    return Records.with(call(openAi, at, ""), Map.of("upstreamId", upstreamId));
  }

  private static CallTranscript transcript(String trace, String previous) {
    return Turns.transcript(trace, previous, Optional.empty(), Optional.empty());
  }

  @Test
  void eachSideSaysWhetherItIsKept() {
    keep(call(openAi, START, "c1"), silent("t1"));
    keep(
        call(openAi, after(1), "c1"),
        Turns.transcript(
            "t2",
            "",
            Optional.of(new RecordedMessages("[" + message("user", "long") + "]", true)),
            Optional.empty()));
    settle();
    List<ConversationTurn> turns = turns("c1");
    assertThat(turns.get(0).input().state()).isEqualTo(Recording.NOT_RECORDED);
    assertThat(turns.get(0).input().isKept()).isFalse();
    assertThat(turns.get(1).input().state()).isEqualTo(Recording.TRUNCATED);
    assertThat(turns.get(1).input().json()).contains("long");
    assertThat(turns.get(1).output().state()).isEqualTo(Recording.NOT_RECORDED);
    assertThat(list(with("recorded", Optional.of(true)))).hasSize(1);
    assertThat(list(with("recorded", Optional.of(false)))).isEmpty();
  }

  @Test
  void theListIsNarrowedByEachFilter() {
    keep(by("agents/triage", call(openAi, START, "alpha")), silent("t1"));
    keep(call(other, after(60), "beta"), silent("t2"));
    keep(failed(call(other, after(120), "beta_2")), silent("t3"));
    settle();
    assertThat(ids(with("search", "beta"))).containsExactly("beta_2", "beta");
    assertThat(ids(with("search", "b_ta"))).isEmpty();
    assertThat(ids(with("search", "triage"))).containsExactly("alpha");
    assertThat(ids(with("search", "gpt-5"))).hasSize(3);
    assertThat(ids(with("provider", "team-b"))).containsExactly("beta_2", "beta");
    assertThat(ids(with("provider", "nobody"))).isEmpty();
    assertThat(ids(with("agent", "triage"))).containsExactly("alpha");
    assertThat(ids(with("agent", "agents/triage"))).containsExactly("alpha");
    assertThat(ids(with("status", Optional.of(Outcome.UPSTREAM_ERROR)))).containsExactly("beta_2");
    assertThat(ids(with("failed", Optional.of(false)))).containsExactly("beta", "alpha");
    assertThat(ids(with("start", Optional.of(after(60))))).containsExactly("beta_2", "beta");
    assertThat(ids(with("end", Optional.of(after(60))))).containsExactly("alpha");
  }

  private List<String> ids(Query query) {
    return list(query).stream().map(Conversation::id).toList();
  }

  private static UsageRecord failed(UsageRecord call) {
    return Records.with(call, Map.of("outcome", Outcome.UPSTREAM_ERROR));
  }

  @Test
  void theStatusIsThatOfTheLatestTurnWhicheverIsStoredFirst() {
    keep(failed(call(openAi, after(60), "c1")), silent("t2"));
    settle();
    keep(call(openAi, START, "c1"), silent("t1"));
    settle();
    assertThat(list(Query.ALL).getFirst().lastOutcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(list(Query.ALL).getFirst().failedTurns()).isEqualTo(1);
    keep(call(openAi, after(120), "c1"), silent("t3"));
    settle();
    assertThat(list(Query.ALL).getFirst().lastOutcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void pagesOfTheListMeetWithoutGapOrOverlap() {
    for (int i = 0; i < 25; i++) {
      keep(call(openAi, after(i / 3), "c%02d".formatted(i)), silent("t" + i));
    }
    settle();
    List<String> read = new ArrayList<>();
    Optional<PageKey> place = Optional.empty();
    do {
      var slice = conversations.list(ADMIN, Query.ALL, 7, place);
      slice.rows().forEach(row -> read.add(row.id()));
      place = slice.next();
    } while (place.isPresent());
    assertThat(read)
        .containsExactlyElementsOf(
            IntStream.range(0, 25).mapToObj(i -> "c%02d".formatted(24 - i)).toList());
  }

  @Test
  void pagesOfTurnsMeetAndBringTheTurnBefore() {
    for (int i = 0; i < 5; i++) {
      keep(call(openAi, after(i), "c1"), said("t" + i, "q" + i, "a" + i));
    }
    settle();
    var first = conversations.get(ADMIN, "c1", 2, Optional.empty());
    var second = conversations.get(ADMIN, "c1", 2, first.turns().next());
    assertThat(first.before()).isEmpty();
    assertThat(second.before().orElseThrow().traceId()).isEqualTo("t1");
    assertThat(second.turns().rows())
        .extracting(ConversationTurn::traceId)
        .containsExactly("t2", "t3");
    var third = conversations.get(ADMIN, "c1", 2, second.turns().next());
    assertThat(third.turns().rows()).hasSize(1);
    assertThat(third.turns().next()).isEmpty();
  }

  /** They would all be in memory at once. */
  @Test
  void aPageEndsBeforeItsMessagesAreTooManyBytes() {
    ledger.close();
    ledger = new TranscriptLedger(store.database(), 1 << 28);
    String long3MiB = "x".repeat(3 << 20);
    for (int i = 0; i < 5; i++) {
      keep(call(openAi, after(i), "c1"), said("t" + i, long3MiB, "a"));
    }
    settle();
    var first = conversations.get(ADMIN, "c1", 50, Optional.empty());
    var second = conversations.get(ADMIN, "c1", 50, first.turns().next());
    assertThat(first.turns().rows()).hasSize(3);
    assertThat(second.turns().rows()).hasSize(2);
    assertThat(second.turns().next()).isEmpty();
  }

  @Test
  void placesThatAreNoneAreRefused() {
    for (PageKey bad : List.of(new PageKey("x", "y"), new PageKey("+99999-01-01T00:00:00Z", "y"))) {
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> conversations.list(ADMIN, Query.ALL, 1, Optional.of(bad)));
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> conversations.get(ADMIN, "c1", 1, Optional.of(bad)));
    }
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> conversations.get(ADMIN, "no\0ne", 1, Optional.empty()));
  }

  /** Of the conversation that another provider took part in, that provider's part stays. */
  @Test
  void transcriptsGoWithTheirProviderAndUsageStays() throws SQLException {
    keep(call(openAi, START, "mine"), said("t1", "secret plan", "yes"));
    keep(call(openAi, START, "shared"), said("t2", "secret part", "yes"));
    UsageRecord stays = keep(call(other, after(9), "shared"), said("t3", "open part", "yes"));
    settle();
    store.providers().delete(ADMIN, new ResourceId("team-a"), _ -> true);
    assertThat(ids(Query.ALL)).containsExactly("shared");
    assertThat(list(Query.ALL).getFirst().turns()).isEqualTo(1);
    assertThat(list(Query.ALL).getFirst().startedAt()).isEqualTo(after(9));
    assertThat(turns("shared")).extracting(ConversationTurn::id).containsExactly(stays.id());
    assertThat(store.number("select count(*) from transcript_turn where input like '%secret%'"))
        .isZero();
    assertThat(store.number("select count(*) from usage_record")).isEqualTo(3);
  }

  /** A call that ends while its provider goes, or a purge that was killed. */
  @Test
  void whatIsLeftOfADeletedProviderIsHiddenAtOnceAndPurgedLater() throws SQLException {
    keep(call(openAi, START, "left"), said("t1", "secret", "yes"));
    settle();
    store.execute("update llm_provider set deleted_at = now() where name = 'team-a'");
    assertThat(list(Query.ALL)).isEmpty();
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> turns("left"));
    keep(call(openAi, after(1), "late"), said("t2", "secret", "yes"));
    settle();
    assertThat(store.number("select count(*) from transcript_turn")).as("none is added").isOne();
    try (var retention = new TranscriptRetention(store.database(), clock, Duration.ofDays(30))) {
      retention.pass();
    }
    assertThat(store.number("select count(*) from transcript_turn")).isZero();
    assertThat(store.number("select count(*) from transcript_conversation")).isZero();
  }

  @Test
  void turnsThatAreOldAreForgottenAndTheSumsFollow() throws SQLException {
    keep(call(openAi, START, "c1"), said("t1", "old", "yes"));
    keep(call(openAi, after(86_400), "c1"), said("t2", "recent", "yes"));
    keep(call(openAi, START, "gone"), said("t3", "old", "yes"));
    settle();
    clock.set(after(86_400 - 60));
    try (var retention = new TranscriptRetention(store.database(), clock, Duration.ofDays(1))) {
      retention.pass();
      assertThat(ids(Query.ALL)).containsExactly("gone", "c1");
      clock.set(after(86_400 + 60));
      retention.pass();
    } finally {
      clock.set(START);
    }
    assertThat(ids(Query.ALL)).containsExactly("c1");
    assertThat(list(Query.ALL).getFirst().turns()).isEqualTo(1);
    assertThat(turns("c1")).extracting(ConversationTurn::traceId).containsExactly("t2");
  }
}
