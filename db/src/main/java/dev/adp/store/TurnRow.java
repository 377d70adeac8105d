package dev.adp.store;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.ConversationTurn.Recording;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.RecordedText;
import dev.adp.domain.UsageRecord;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * A turn on its way to the database.
 *
 * @param conversation the caller's own name for it; empty when there is none
 */
record TurnRow(
    Instant startedAt,
    UUID id,
    UUID provider,
    String conversation,
    String upstreamId,
    String previousResponseId,
    String traceId,
    String spanId,
    String parentSpanId,
    String finishReasons,
    Side input,
    Side output) {
  private static final int FINISH_REASONS_MAX = 16;

  private static final String COLUMNS =
      "started_at, id, provider_uid, conversation_id, upstream_id, previous_response_id,"
          + " trace_id, span_id, parent_span_id, finish_reasons, input_state, input,"
          + " output_state, output";

  /** Turns of providers that are gone meanwhile are not wanted any more. */
  private static final String STORED =
      """
      with stored as (
        insert into transcript_turn (%1$s)
        select %2$s
        from unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
          as incoming (%1$s)
        where provider_uid in (select uid from llm_provider where deleted_at is null)
        on conflict do nothing
        returning started_at, id, provider_uid, conversation_id, input_state, output_state)
      """
          .formatted(
              COLUMNS,
              "started_at, id, provider_uid, conversation_id, upstream_id, previous_response_id,"
                  + " trace_id, span_id, parent_span_id, finish_reasons, input_state,"
                  + " nullif(input, ''), output_state, nullif(output, '')");

  private static final String INSERT =
      STORED + " insert into transcript_pending (started_at, id) select started_at, id from stored";

  /** The same, and those whose usage is there already, as it usually is, count at once. */
  private static final String INSERT_AND_COUNT =
      """
      %s,
      facts as materialized (%s),
      waiting as (
        insert into transcript_pending (started_at, id) select started_at, id from facts where outcome is null)
      %s
      """
          .formatted(STORED, SumColumns.factsSoFar("stored as turn"), SumColumns.INSERT);

  /** Of turns each of which is the only one of its conversation: as most are, these are cheap. */
  static final String INSERT_AND_COUNT_EACH =
      INSERT_AND_COUNT
          + "select %s from facts where outcome is not null".formatted(SumColumns.OF_ONE)
          + SumColumns.UPSERT;

  static final String INSERT_AND_COUNT_TOGETHER =
      INSERT_AND_COUNT
          + "select %s from facts where outcome is not null group by conversation_id"
              .formatted(SumColumns.OF_ALL)
          + SumColumns.UPSERT;

  /** What the caller sent or got; empty when nothing is kept of it. */
  record Side(Recording state, String json) {
    static Side of(Optional<RecordedMessages> messages) {
      return messages
          .map(
              said ->
                  said.isKept()
                      ? new Side(
                          said.truncated() ? Recording.TRUNCATED : Recording.RECORDED,
                          said.json().replace("\0", ""))
                      : new Side(
                          said.equals(RecordedMessages.UNREADABLE)
                              ? Recording.UNREADABLE
                              : Recording.DROPPED,
                          ""))
          .orElse(new Side(Recording.NOT_RECORDED, ""));
    }

    long bytes() {
      return 2L * json.length();
    }

    Side dropped() {
      return json.isEmpty() ? this : new Side(Recording.DROPPED, "");
    }
  }

  static TurnRow of(UsageRecord record, CallTranscript transcript) {
    return new TurnRow(
        record.startedAt(),
        record.id(),
        record.providerUid(),
        record.conversationId(),
        record.upstreamId(),
        transcript.previousResponseId(),
        RecordedText.of(transcript.traceId()),
        RecordedText.of(transcript.spanId()),
        RecordedText.of(transcript.parentSpanId().orElse("")),
        transcript.finishReasons().stream()
            .limit(FINISH_REASONS_MAX)
            .map(reason -> RecordedText.of(reason).replace(",", " "))
            .collect(Collectors.joining(",")),
        Side.of(transcript.input()),
        Side.of(transcript.output()));
  }

  long bytes() {
    return input.bytes() + output.bytes();
  }

  TurnRow withoutMessages() {
    return with(conversation, input.dropped(), output.dropped());
  }

  private TurnRow with(String conversation, Side input, Side output) {
    return new TurnRow(
        startedAt,
        id,
        provider,
        conversation,
        upstreamId,
        previousResponseId,
        traceId,
        spanId,
        parentSpanId,
        finishReasons,
        input,
        output);
  }

  /** Stores turns; those that are there already stay as they are. */
  static void insert(Database database, List<TurnRow> turns) {
    List<TurnRow> named = named(database, turns);
    Map<String, Long> ofConversation =
        named.stream().collect(Collectors.groupingBy(TurnRow::conversation, Collectors.counting()));
    Map<Boolean, List<TurnRow>> byAlone =
        named.stream()
            .collect(
                Collectors.partitioningBy(
                    turn -> ofConversation.getOrDefault(turn.conversation, 0L) == 1));
    int _ =
        database.transaction(
            tx -> {
              if (!ConversationSums.begin(tx)) {
                return insert(tx, INSERT, named);
              }
              return insert(tx, INSERT_AND_COUNT_EACH, byAlone.getOrDefault(true, List.of()))
                  + insert(tx, INSERT_AND_COUNT_TOGETHER, byAlone.getOrDefault(false, List.of()));
            });
  }

  private static int insert(Database.Tx tx, String statement, List<TurnRow> turns) {
    if (turns.isEmpty()) {
      return 0;
    }
    return tx.execute(
        statement,
        Tuple.tuple()
            .addArrayOfOffsetDateTime(
                column(turns, turn -> Times.of(turn.startedAt), OffsetDateTime[]::new))
            .addArrayOfUUID(column(turns, TurnRow::id, UUID[]::new))
            .addArrayOfUUID(column(turns, TurnRow::provider, UUID[]::new))
            .addArrayOfString(texts(turns, TurnRow::conversation))
            .addArrayOfString(texts(turns, TurnRow::upstreamId))
            .addArrayOfString(texts(turns, TurnRow::previousResponseId))
            .addArrayOfString(texts(turns, TurnRow::traceId))
            .addArrayOfString(texts(turns, TurnRow::spanId))
            .addArrayOfString(texts(turns, TurnRow::parentSpanId))
            .addArrayOfString(texts(turns, TurnRow::finishReasons))
            .addArrayOfString(texts(turns, turn -> turn.input.state.name()))
            .addArrayOfString(texts(turns, turn -> turn.input.json))
            .addArrayOfString(texts(turns, turn -> turn.output.state.name()))
            .addArrayOfString(texts(turns, turn -> turn.output.json)));
  }

  private static String[] texts(List<TurnRow> turns, Function<TurnRow, String> value) {
    return column(turns, value, String[]::new);
  }

  private static <T> T[] column(
      List<TurnRow> turns, Function<TurnRow, T> value, IntFunction<T[]> newArray) {
    return turns.stream().map(value).toArray(newArray);
  }

  /**
   * The turns, each with the conversation that it belongs to: the caller's own, that of the answer
   * it goes on from, or one named by its trace.
   */
  private static List<TurnRow> named(Database database, List<TurnRow> turns) {
    List<TurnRow> inOrder =
        turns.stream().sorted(Comparator.comparing(TurnRow::startedAt)).toList();
    Set<EarlierAnswers.Answer> wanted =
        inOrder.stream()
            .filter(turn -> turn.conversation.isEmpty() && !turn.previousResponseId.isEmpty())
            .map(turn -> new EarlierAnswers.Answer(turn.provider, turn.previousResponseId))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Map<EarlierAnswers.Answer, String> known =
        new HashMap<>(new EarlierAnswers(database).conversations(wanted));
    return inOrder.stream()
        .map(
            turn -> {
              String name = turn.conversationAmong(known);
              if (!turn.upstreamId.isEmpty()) {
                known.putIfAbsent(new EarlierAnswers.Answer(turn.provider, turn.upstreamId), name);
              }
              return turn.with(name, turn.input, turn.output);
            })
        .toList();
  }

  private String conversationAmong(Map<EarlierAnswers.Answer, String> known) {
    return conversation.isEmpty()
        ? known.getOrDefault(new EarlierAnswers.Answer(provider, previousResponseId), traceId)
        : conversation;
  }
}
