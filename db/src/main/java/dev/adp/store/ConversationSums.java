package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.TRANSCRIPT_TURN;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Row2;
import org.jooq.impl.DSL;

/**
 * Keeps the sums of conversations. A turn counts once its usage record is there, and with what that
 * record says: so conversations and spending always agree. Whoever changes the sums holds one lock
 * of the database: they are changed one after the other, by whichever process.
 */
final class ConversationSums {
  private static final long ADVISORY_LOCK = 0x61_64_70_03;
  private static final int BATCH_TURNS = 1_000;

  private static final List<String> BUCKETS =
      List.of(
          "input",
          "output",
          "cached",
          "cache_creation_5m",
          "cache_creation_1h",
          "cache_creation_unknown_ttl",
          "reasoning",
          "tool_use_input");

  private static final List<String> COUNTS =
      List.of(
          "turns",
          "failed_turns",
          "missing_usage_turns",
          "input_turns",
          "output_turns",
          "tokens",
          "unpriced_tokens",
          "cost");

  private static final List<String> NAMES = List.of("provider_uids", "agents", "users", "models");

  private static final String COLUMNS =
      Stream.of(
              List.of("conversation_id", "started_at", "ended_at"),
              COUNTS,
              List.of("last_started_at", "last_outcome"),
              NAMES)
          .flatMap(List::stream)
          .collect(Collectors.joining(", "));

  /** In the order of the columns; the turns are those of the condition that goes behind. */
  private static final String SUMS =
      """
      select turn.conversation_id, min(turn.started_at),
        max(turn.started_at + usage.latency_micros * interval '1 microsecond'),
        count(*), count(*) filter (where usage.outcome <> 'OK'),
        count(*) filter (where usage.usage_state = 'MISSING'),
        count(turn.input), count(turn.output),
        sum(%s), sum(usage.unpriced_tokens), sum(%s),
        max(turn.started_at), (array_agg(usage.outcome order by turn.started_at desc, turn.id desc))[1],
        (array_agg(distinct turn.provider_uid))[1:100],
        coalesce((array_agg(distinct usage.agent) filter (where usage.agent <> ''))[1:100], '{}'),
        coalesce((array_agg(distinct usage.user_name) filter (where usage.user_name <> ''))[1:100], '{}'),
        coalesce((array_agg(distinct usage.model) filter (where usage.model <> ''))[1:100], '{}')
      from transcript_turn as turn
      join usage_record as usage on usage.started_at = turn.started_at and usage.id = turn.id
      """
          .formatted(total("tokens_"), total("cost_"));

  /** Of names a hundred are kept: a caller may use one id with any number of them. */
  private static final String COUNT =
      """
      with ready as (
        select pending.started_at, pending.id
        from transcript_pending as pending join usage_record using (started_at, id)
        order by 1, 2 limit %d),
      taken as (
        delete from transcript_pending using ready
        where transcript_pending.started_at = ready.started_at and transcript_pending.id = ready.id
        returning ready.started_at, ready.id)
      insert into transcript_conversation (%s)
      %s join taken on taken.started_at = turn.started_at and taken.id = turn.id
      group by turn.conversation_id order by turn.conversation_id
      on conflict (conversation_id) do update set
        started_at = least(transcript_conversation.started_at, excluded.started_at),
        ended_at = greatest(transcript_conversation.ended_at, excluded.ended_at),
        last_outcome = case when excluded.last_started_at >= transcript_conversation.last_started_at
          then excluded.last_outcome else transcript_conversation.last_outcome end,
        last_started_at = greatest(transcript_conversation.last_started_at, excluded.last_started_at),
        %s, %s
      """
          .formatted(
              BATCH_TURNS,
              COLUMNS,
              SUMS,
              each(COUNTS, "%1$s = transcript_conversation.%1$s + excluded.%1$s"),
              each(
                  NAMES,
                  """
                  %1$s = case when transcript_conversation.%1$s @> excluded.%1$s
                    then transcript_conversation.%1$s
                    else array(select distinct unnest(transcript_conversation.%1$s || excluded.%1$s) limit 100) end
                  """));

  /**
   * Sums of a conversation with more turns than can be summed up within a statement's time stay as
   * they are until its last turn has gone: else that one would keep everybody's from going.
   */
  static final int RECOUNTED_TURNS_MAX = 50_000;

  private static final String CLEAR =
      """
      delete from transcript_conversation as sums
      where conversation_id = any($1)
        and (turns <= %d or not exists (
          select from transcript_turn as turn where turn.conversation_id = sums.conversation_id))
      """
          .formatted(RECOUNTED_TURNS_MAX);

  private static final String RECOUNT =
      """
      insert into transcript_conversation (%s)
      %s where turn.conversation_id = any($1)
        and not exists (select from transcript_pending as pending
          where pending.started_at = turn.started_at and pending.id = turn.id)
        and not exists (select from transcript_conversation as kept
          where kept.conversation_id = turn.conversation_id)
      group by turn.conversation_id
      """
          .formatted(COLUMNS, SUMS);

  private ConversationSums() {}

  private static String total(String prefix) {
    return BUCKETS.stream()
        .map(bucket -> "usage." + prefix + bucket)
        .collect(Collectors.joining(" + "));
  }

  private static String each(List<String> columns, String template) {
    return columns.stream().map(template::formatted).collect(Collectors.joining(", "));
  }

  /**
   * Counts turns whose usage records have come meanwhile.
   *
   * @return whether there were any; none, too, while another process is at it
   */
  static boolean count(Database database) {
    return database.transaction(
        tx ->
            tx.first(
                        sql.select(
                            DSL.field(
                                "pg_try_advisory_xact_lock({0})",
                                Boolean.class, DSL.inline(ADVISORY_LOCK))),
                        row -> row.getBoolean(0))
                    .orElse(false)
                && tx.execute(COUNT, Tuple.tuple()) > 0);
  }

  /** Waits for whoever changes the sums; nobody else does until the end of this transaction. */
  static void lock(Database.Tx tx) {
    tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
  }

  /**
   * Follows records whose cost has changed in this transaction.
   *
   * @param records their keys, as {@link UsageRows} writes them
   */
  static void repriced(Database.Tx tx, JsonArray records) {
    lock(tx);
    List<Row2<OffsetDateTime, UUID>> keys =
        records.stream()
            .map(JsonObject.class::cast)
            .map(
                record ->
                    DSL.row(
                        OffsetDateTime.parse(record.getString("started_at")),
                        UUID.fromString(record.getString("id"))))
            .toList();
    recount(
        tx,
        Set.copyOf(
            tx.list(
                sql.selectDistinct(TRANSCRIPT_TURN.CONVERSATION_ID)
                    .from(TRANSCRIPT_TURN)
                    .where(DSL.row(TRANSCRIPT_TURN.STARTED_AT, TRANSCRIPT_TURN.ID).in(keys)),
                row -> row.getString(0))));
  }

  /**
   * Sums conversations up anew, since turns are gone or cost something else. Take the lock first.
   */
  static void recount(Database.Tx tx, Set<String> conversations) {
    if (!conversations.isEmpty()) {
      var ids = Tuple.of(new TreeSet<>(conversations).toArray(String[]::new));
      tx.execute(CLEAR, ids);
      tx.execute(RECOUNT, ids);
    }
  }
}
