package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.TRANSCRIPT_PENDING;
import static dev.adp.store.schema.Tables.TRANSCRIPT_TURN;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.row;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
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

  private final Database database;

  TranscriptPurge(Database database) {
    this.database = database;
  }

  /**
   * Deletes the turns of a provider that has just been deleted; nobody sees them any more. Usually
   * they are gone before whoever deleted it has his answer; what would keep him waiting is left to
   * {@link TranscriptRetention}.
   */
  void ofDeleted(UUID provider) {
    long start = System.nanoTime();
    try {
      boolean more;
      do {
        more = !isLast(of(provider));
      } while (more && System.nanoTime() - start < WAIT_NANOS_MAX);
    } catch (RuntimeException e) {
      LOG.warn("transcripts of a deleted provider are not purged yet: tried again in a minute", e);
    }
  }

  /** Deletes some turns that are older than this; says how many. */
  int before(Instant oldest) {
    return batch(TRANSCRIPT_TURN.STARTED_AT.lt(Times.of(oldest)));
  }

  /** Deletes some turns of a provider; says how many. */
  int of(UUID provider) {
    return batch(TRANSCRIPT_TURN.PROVIDER_UID.eq(provider));
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

  private int batch(Condition which) {
    return database.transaction(
        tx -> {
          ConversationSums.lock(tx);
          List<Row> gone =
              tx.list(
                  sql.deleteFrom(TRANSCRIPT_TURN)
                      .where(
                          row(TRANSCRIPT_TURN.STARTED_AT, TRANSCRIPT_TURN.ID)
                              .in(
                                  sql.select(TRANSCRIPT_TURN.STARTED_AT, TRANSCRIPT_TURN.ID)
                                      .from(TRANSCRIPT_TURN)
                                      .where(which)
                                      .limit(inline(BATCH_TURNS))))
                      .returning(
                          TRANSCRIPT_TURN.STARTED_AT,
                          TRANSCRIPT_TURN.ID,
                          TRANSCRIPT_TURN.CONVERSATION_ID),
                  row -> row);
          if (!gone.isEmpty()) {
            tx.execute(
                sql.deleteFrom(TRANSCRIPT_PENDING)
                    .where(
                        TRANSCRIPT_PENDING.ID.in(
                            gone.stream().map(turn -> turn.getUUID("id")).toList()),
                        TRANSCRIPT_PENDING.STARTED_AT.in(
                            gone.stream()
                                .map(turn -> turn.getOffsetDateTime("started_at"))
                                .toList())));
            ConversationSums.recount(tx, conversations(gone));
          }
          return gone.size();
        });
  }

  private static Set<String> conversations(List<Row> turns) {
    return turns.stream()
        .map(turn -> turn.getString("conversation_id"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
