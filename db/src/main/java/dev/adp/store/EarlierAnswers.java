package dev.adp.store;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the conversations of answers that later turns go on from. Bounded in time: a turn whose
 * earlier answer cannot be found quickly stands by itself, and holds up no other.
 */
final class EarlierAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierAnswers.class);
  private static final Duration ALL_MAX = Duration.ofSeconds(2);
  private static final Duration ONE_MAX = Duration.ofMillis(500);

  /** Of a batch whose answers are looked for one by one. */
  private static final Duration TOGETHER_MAX = Duration.ofSeconds(4);

  /** Upstreams may give ids again: the first answer that had one counts. */
  private static final String FIND =
      """
      select wanted.provider_uid, wanted.upstream_id, earliest.conversation_id
      from unnest($1::uuid[], $2::text[]) as wanted (provider_uid, upstream_id)
      cross join lateral (
        select turn.conversation_id from transcript_turn as turn
        where turn.provider_uid = wanted.provider_uid and turn.upstream_id = wanted.upstream_id
        order by turn.started_at limit 1) as earliest
      """;

  private final Database database;

  EarlierAnswers(Database database) {
    this.database = database;
  }

  /** An answer of an upstream. */
  record Answer(UUID provider, String upstreamId) {}

  /** The conversations of those that are in the database and were found in time. */
  Map<Answer, String> conversations(Set<Answer> wanted) {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    try {
      return find(wanted, ALL_MAX);
    } catch (Unavailable e) {
      if (!Database.isCancelled(e)) {
        throw e;
      }
      return oneByOne(wanted);
    }
  }

  private Map<Answer, String> oneByOne(Set<Answer> wanted) {
    Map<Answer, String> found = new HashMap<>();
    long start = System.nanoTime();
    int givenUp = 0;
    for (Answer answer : wanted) {
      if (System.nanoTime() - start > TOGETHER_MAX.toNanos()) {
        givenUp++;
        continue;
      }
      try {
        found.putAll(find(Set.of(answer), ONE_MAX));
      } catch (Unavailable e) {
        if (!Database.isCancelled(e)) {
          throw e;
        }
        givenUp++;
      }
    }
    LOG.warn(
        "{} turns are kept by themselves: looking for what they go on from took too long", givenUp);
    return found;
  }

  private Map<Answer, String> find(Set<Answer> wanted, Duration max) {
    Tuple values =
        Tuple.tuple()
            .addArrayOfUUID(wanted.stream().map(Answer::provider).toArray(UUID[]::new))
            .addArrayOfString(wanted.stream().map(Answer::upstreamId).toArray(String[]::new));
    Map<Answer, String> found = new HashMap<>();
    for (Row row :
        database.transaction(
            tx -> {
              tx.execute(
                  Database.sql.query(
                      "set local statement_timeout = {0}", DSL.inline(max.toMillis())));
              return tx.list(FIND, values, row -> row);
            })) {
      found.put(
          new Answer(row.getUUID("provider_uid"), row.getString("upstream_id")),
          row.getString("conversation_id"));
    }
    return found;
  }
}
