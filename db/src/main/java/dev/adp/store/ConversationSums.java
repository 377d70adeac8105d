package dev.adp.store;

import static dev.adp.store.Database.sql;

import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.impl.DSL;

/**
 * Keeps the sums of conversations. A turn counts once its usage record is there, and with what that
 * record says: so conversations and spending always agree. Whoever changes the sums holds one lock
 * of the database: they are changed one after the other, by whichever process.
 */
final class ConversationSums {
  private static final long ADVISORY_LOCK = 0x61_64_70_03;
  private static final int BATCH_TURNS = 1_000;

  /**
   * Turns of a conversation that are summed up anew when some have gone; of longer ones the sums of
   * those that went are taken off, see {@link LongConversations}.
   */
  static final int RECOUNTED_TURNS_MAX = 50_000;

  /**
   * Plans are kept, and those that were made while tables were small must not read large ones as a
   * whole. Nobody waits for the disk: what was said goes through memory anyway.
   */
  private static final String BEGIN =
      """
      select pg_try_advisory_xact_lock(%d), set_config('synchronous_commit', 'off', true),
        set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
      """
          .formatted(ADVISORY_LOCK);

  private static final String COUNT =
      """
      with ready as (
        select pending.started_at, pending.id
        from transcript_pending as pending join usage_record using (started_at, id)
        order by 1, 2 limit %d),
      taken as (
        delete from transcript_pending using ready
        where transcript_pending.started_at = ready.started_at and transcript_pending.id = ready.id
        returning ready.started_at, ready.id),
      facts as (%s)
      %s select %s from facts group by conversation_id order by conversation_id %s
      """
          .formatted(
              BATCH_TURNS,
              SumColumns.facts(
                  "taken join transcript_turn as turn"
                      + " on turn.started_at = taken.started_at and turn.id = taken.id"),
              SumColumns.INSERT,
              SumColumns.OF_ALL,
              SumColumns.UPSERT);

  private static final String CLEAR =
      "delete from transcript_conversation where conversation_id = any($1) and turns <= $2";

  private static final String RECOUNT =
      """
      with facts as (%s where turn.conversation_id = any($1) and not %s
        and not exists (select from transcript_conversation as kept
          where kept.conversation_id = turn.conversation_id))
      %s select %s from facts group by conversation_id
      """
          .formatted(
              SumColumns.facts("transcript_turn as turn"),
              SumColumns.PENDING,
              SumColumns.INSERT,
              SumColumns.OF_ALL);

  /** What records will cost more or less than they do; the new cost comes as JSON. */
  private static final String REPRICE =
      """
      with incoming as (
        select * from jsonb_to_recordset($1) as incoming
          (started_at timestamptz, id uuid, unpriced_tokens bigint, %s)),
      difference as (
        select turn.conversation_id,
          sum(incoming.unpriced_tokens - usage.unpriced_tokens) as unpriced_tokens,
          sum(%s - %s) as cost
        from incoming
        join transcript_turn as turn on turn.started_at = incoming.started_at and turn.id = incoming.id
        join usage_record as usage on usage.started_at = turn.started_at and usage.id = turn.id
        where not %s
        group by 1)
      update transcript_conversation as sums
      set cost = sums.cost + difference.cost,
        unpriced_tokens = sums.unpriced_tokens + difference.unpriced_tokens
      from difference where sums.conversation_id = difference.conversation_id
      """
          .formatted(
              SumColumns.declared("cost_"),
              SumColumns.total("incoming", "cost_"),
              SumColumns.total("usage", "cost_"),
              SumColumns.PENDING);

  private ConversationSums() {}

  /**
   * Counts turns whose usage records have come meanwhile.
   *
   * @return whether there were any; none, too, while another process is at it
   */
  static boolean count(Database database) {
    return database.transaction(tx -> begin(tx) && tx.execute(COUNT, Tuple.tuple()) > 0);
  }

  /**
   * Begins a transaction that stores or counts turns.
   *
   * @return whether nobody else changes the sums until its end; does not wait
   */
  static boolean begin(Database.Tx tx) {
    return tx.list(BEGIN, Tuple.tuple(), row -> row.getBoolean(0)).getFirst();
  }

  /** Waits for whoever changes the sums; nobody else does until the end of this transaction. */
  static void lock(Database.Tx tx) {
    tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
  }

  /** The same for so long; what follows in the transaction waits no longer for any lock, either. */
  static void lock(Database.Tx tx, Duration waitMax) {
    tx.execute(
        sql.query("set local lock_timeout = {0}", DSL.inline(Math.max(1, waitMax.toMillis()))));
    lock(tx);
  }

  /**
   * Follows records whose cost is about to change in this transaction. Exact, however long the
   * conversation: only the difference is put to it.
   *
   * @param records the new cost with the keys, as {@link UsageRows} writes them
   */
  static void reprice(Database.Tx tx, JsonArray records) {
    lock(tx);
    tx.executePlain(REPRICE, records.encode());
  }

  /**
   * Sums conversations up anew, since turns are gone. Take the lock first.
   *
   * @param turnsMax those with more are left as they are
   */
  static void recount(Database.Tx tx, Set<String> conversations, int turnsMax) {
    if (!conversations.isEmpty()) {
      String[] ids = new TreeSet<>(conversations).toArray(String[]::new);
      tx.execute(CLEAR, Tuple.of(ids, (long) turnsMax));
      tx.execute(RECOUNT, Tuple.of(ids));
    }
  }
}
