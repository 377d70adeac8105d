package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.TRANSCRIPT_TURN;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes turns for good: in batches, each with the sums of its conversations in one transaction.
 */
final class TranscriptPurge {
  private static final Logger LOG = LoggerFactory.getLogger(TranscriptPurge.class);
  private static final int BATCH_TURNS = 1_000;
  private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  /** Of one statement, while somebody waits for his answer. */
  private static final long STATEMENT_MS_MAX = 3_000;

  private static final int PART_TURNS = 20_000;
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String DELETE =
      """
      with gone as (select * from unnest($1::timestamptz[], $2::uuid[]) as gone (started_at, id)),
      waiting as (
        delete from transcript_pending using gone
        where transcript_pending.started_at = gone.started_at and transcript_pending.id = gone.id)
      delete from transcript_turn using gone
      where transcript_turn.started_at = gone.started_at and transcript_turn.id = gone.id
      """;

  private final Database database;
  private final int recountedTurnsMax;
  private final LongConversations longOnes;

  TranscriptPurge(Database database) {
    this(database, ConversationSums.RECOUNTED_TURNS_MAX, PART_TURNS);
  }

  /**
   * @param recountedTurnsMax conversations with more are long
   * @param partTurns turns of a long one that are looked through at once
   */
  TranscriptPurge(Database database, int recountedTurnsMax, int partTurns) {
    this.database = database;
    this.recountedTurnsMax = recountedTurnsMax;
    this.longOnes = new LongConversations(recountedTurnsMax, partTurns);
  }

  /**
   * Deletes the turns of a provider that has just been deleted; nobody sees them any more. Usually
   * they are gone before whoever deleted it has his answer; what would keep him waiting, be it
   * another who changes the sums, is left to {@link TranscriptRetention}.
   */
  void ofDeleted(UUID provider) {
    long start = System.nanoTime();
    try {
      boolean more = true;
      for (long left = WAIT_NANOS_MAX; more && left > 0; ) {
        Duration patience = Duration.ofNanos(left);
        Condition its = TRANSCRIPT_TURN.PROVIDER_UID.eq(provider);
        more = !isLast(batch(its, Optional.of(patience), BATCH_TURNS));
        left = WAIT_NANOS_MAX - (System.nanoTime() - start);
      }
    } catch (RuntimeException e) {
      if (isBusy(e)) {
        LOG.info("transcripts of a deleted provider are purged within a minute");
      } else {
        LOG.warn(
            "transcripts of a deleted provider are not purged yet: tried again in a minute", e);
      }
    }
  }

  private static boolean isBusy(RuntimeException e) {
    return (e instanceof PgException busy && LOCK_NOT_AVAILABLE.equals(busy.getSqlState()))
        || (e instanceof Unavailable away && Database.isCancelled(away));
  }

  /** Deletes some turns that are older than this; says how many, as {@link #isLast} takes it. */
  int before(Instant oldest) {
    return patientBatch(TRANSCRIPT_TURN.STARTED_AT.lt(Times.of(oldest)));
  }

  /** Deletes some turns of a provider; says how many, as {@link #isLast} takes it. */
  int of(UUID provider) {
    return patientBatch(TRANSCRIPT_TURN.PROVIDER_UID.eq(provider));
  }

  /**
   * Turns of many conversations that are all to be counted anew may be more than a statement has
   * time for: then fewer at once.
   */
  private int patientBatch(Condition which) {
    for (int turnsMax = BATCH_TURNS; ; turnsMax /= 2) {
      try {
        int turns = batch(which, Optional.empty(), turnsMax);
        return turns == turnsMax ? BATCH_TURNS : turns;
      } catch (Unavailable e) {
        if (!Database.isCancelled(e) || turnsMax == 1) {
          throw e;
        }
      }
    }
  }

  /** Providers that are deleted, but not all of their turns. */
  List<UUID> unfinished() {
    return database.list(
        sql.select(LLM_PROVIDER.UID)
            .from(LLM_PROVIDER)
            .where(
                LLM_PROVIDER.DELETED_AT.isNotNull(),
                exists(
                    sql.selectOne()
                        .from(TRANSCRIPT_TURN)
                        .where(TRANSCRIPT_TURN.PROVIDER_UID.eq(LLM_PROVIDER.UID)))),
        row -> row.getUUID(0));
  }

  /** Whether a batch of this many turns was the last. */
  static boolean isLast(int turns) {
    return turns < BATCH_TURNS;
  }

  /**
   * @param patience how long to wait for others, when somebody waits for this one
   */
  private int batch(Condition which, Optional<Duration> patience, int turnsMax) {
    return database.transaction(
        tx -> {
          if (patience.isPresent()) {
            tx.execute(sql.query("set local statement_timeout = {0}", inline(STATEMENT_MS_MAX)));
            ConversationSums.lock(tx, patience.get());
          } else {
            ConversationSums.lock(tx);
          }
          List<Row> turns =
              tx.list(
                  sql.select(
                          TRANSCRIPT_TURN.STARTED_AT,
                          TRANSCRIPT_TURN.ID,
                          TRANSCRIPT_TURN.CONVERSATION_ID)
                      .from(TRANSCRIPT_TURN)
                      .where(which)
                      .limit(inline(turnsMax)),
                  row -> row);
          if (!turns.isEmpty()) {
            delete(tx, turns);
          }
          return turns.size();
        });
  }

  private void delete(Database.Tx tx, List<Row> turns) {
    OffsetDateTime[] startedAt =
        turns.stream()
            .map(turn -> turn.getOffsetDateTime("started_at"))
            .toArray(OffsetDateTime[]::new);
    UUID[] ids = turns.stream().map(turn -> turn.getUUID("id")).toArray(UUID[]::new);
    List<Row> takenOff = longOnes.takeOff(tx, startedAt, ids);
    tx.execute(DELETE, Tuple.tuple().addArrayOfOffsetDateTime(startedAt).addArrayOfUUID(ids));
    ConversationSums.recount(tx, conversations(turns), recountedTurnsMax);
    longOnes.follow(tx, takenOff);
  }

  private static Set<String> conversations(List<Row> turns) {
    return turns.stream()
        .map(turn -> turn.getString("conversation_id"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
