package dev.adp.store;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Follows turns that go from conversations which are too long to be summed up anew each time. What
 * can be taken off is taken off, beginning and end are looked up; only when a name or the latest
 * end may have gone with them, the turns that stay are looked through, part by part, so that no
 * statement takes longer than it may.
 */
final class LongConversations {
  private static final String GONE =
      """
      select %s from (%s where not %s and exists (select from transcript_conversation as sums
        where sums.conversation_id = turn.conversation_id and sums.turns > $3)) as facts
      group by conversation_id
      """
          .formatted(
              SumColumns.OF_ALL,
              SumColumns.facts(
                  "unnest($1::timestamptz[], $2::uuid[]) as gone (started_at, id) join transcript_turn as turn"
                      + " on turn.started_at = gone.started_at and turn.id = gone.id"),
              SumColumns.PENDING);

  private static final String TAKE_OFF =
      "update transcript_conversation set "
          + SumColumns.COUNTS.stream()
              .map(
                  column ->
                      column + " = " + column + " - $" + (SumColumns.COUNTS.indexOf(column) + 2))
              .collect(Collectors.joining(", "))
          + " where conversation_id = $1";

  private static final String FOLLOW =
      """
      update transcript_conversation
      set started_at = earliest.started_at, last_started_at = latest.started_at, last_outcome = latest.outcome
      from (
          select turn.started_at from transcript_turn as turn
          where turn.conversation_id = $1 and not %1$s
          order by turn.started_at, turn.id limit 1) as earliest,
        (
          select turn.started_at, usage.outcome from transcript_turn as turn
          join usage_record as usage on usage.started_at = turn.started_at and usage.id = turn.id
          where turn.conversation_id = $1 and not %1$s
          order by turn.started_at desc, turn.id desc limit 1) as latest
      where conversation_id = $1 and turns > $2
      returning transcript_conversation.*
      """
          .formatted(SumColumns.PENDING);

  /** The newest turns usually have every name that the oldest had. */
  private static final String NEWEST =
      """
      select %s from (%s) as facts group by conversation_id
      """
          .formatted(
              SumColumns.OF_ALL,
              SumColumns.facts(
                  "(select * from transcript_turn where conversation_id = $1"
                      + " order by started_at desc, id desc limit 1000) as turn"));

  private static final String PART_END =
      """
      select greatest(started_at, $2::timestamptz + interval '1 microsecond') as started_at from transcript_turn
      where conversation_id = $1 and started_at >= $2 order by transcript_turn.started_at, id offset $3 limit 1
      """;

  private static final String PART =
      """
      select %s from (%s where turn.conversation_id = $1 and turn.started_at >= $2
        and turn.started_at < coalesce($3, 'infinity'::timestamptz) and not %s) as facts
      group by conversation_id
      """
          .formatted(
              SumColumns.OF_ALL, SumColumns.facts("transcript_turn as turn"), SumColumns.PENDING);

  private static final String CORRECT =
      """
      update transcript_conversation
      set ended_at = $2, provider_uids = $3, agents = $4, users = $5, models = $6
      where conversation_id = $1
      """;

  private final int turnsMax;
  private final int partTurns;

  /**
   * @param turnsMax what a conversation with more turns is, is long
   * @param partTurns turns that are looked through at once
   */
  LongConversations(int turnsMax, int partTurns) {
    this.turnsMax = turnsMax;
    this.partTurns = partTurns;
  }

  /**
   * Takes turns that are about to be deleted off the sums of long conversations. Take the lock
   * first.
   *
   * @return what was taken off each
   */
  List<Row> takeOff(Database.Tx tx, OffsetDateTime[] startedAt, UUID[] ids) {
    List<Row> gone =
        tx.list(
            GONE,
            Tuple.tuple()
                .addArrayOfOffsetDateTime(startedAt)
                .addArrayOfUUID(ids)
                .addLong((long) turnsMax),
            row -> row);
    for (Row row : gone) {
      Tuple values = Tuple.of(row.getString("conversation_id"));
      SumColumns.COUNTS.forEach(column -> values.addLong(row.getLong(column)));
      tx.execute(TAKE_OFF, values);
    }
    return gone;
  }

  /** Follows, once they are deleted; what is not long any more is left to be summed up. */
  void follow(Database.Tx tx, List<Row> gone) {
    for (Row row : gone) {
      String id = row.getString("conversation_id");
      tx.list(FOLLOW, Tuple.of(id, (long) turnsMax), now -> now)
          .forEach(now -> correct(tx, id, row, now));
    }
  }

  private void correct(Database.Tx tx, String id, Row gone, Row now) {
    Map<String, Set<Object>> doubtful = new HashMap<>();
    SumColumns.NAMES.forEach(
        column -> {
          var names = new LinkedHashSet<>(names(gone, column));
          names.retainAll(names(now, column));
          doubtful.put(column, names);
        });
    boolean end = !gone.getOffsetDateTime("ended_at").isBefore(now.getOffsetDateTime("ended_at"));
    tx.list(NEWEST, Tuple.of(id), newest -> newest).forEach(newest -> isThere(doubtful, newest));
    if (!end && isClear(doubtful)) {
      return;
    }
    OffsetDateTime latest = lookThrough(tx, id, now.getOffsetDateTime("started_at"), doubtful, end);
    Tuple values = Tuple.of(id, end ? latest : now.getOffsetDateTime("ended_at"));
    var providers = new ArrayList<>(names(now, "provider_uids"));
    providers.removeAll(doubtful.getOrDefault("provider_uids", Set.of()));
    values.addArrayOfUUID(providers.toArray(UUID[]::new));
    for (String column : SumColumns.NAMES.subList(1, SumColumns.NAMES.size())) {
      var left = new ArrayList<>(names(now, column));
      left.removeAll(doubtful.getOrDefault(column, Set.of()));
      values.addArrayOfString(left.toArray(String[]::new));
    }
    tx.execute(CORRECT, values);
  }

  /**
   * Goes through the turns until no name is in doubt any more, or to their end.
   *
   * @param whole whether to go to the end in any case
   * @return when the last of those that were seen ended
   */
  private OffsetDateTime lookThrough(
      Database.Tx tx,
      String id,
      OffsetDateTime start,
      Map<String, Set<Object>> doubtful,
      boolean whole) {
    OffsetDateTime latest = start;
    Optional<OffsetDateTime> from = Optional.of(start);
    while (from.isPresent() && (whole || !isClear(doubtful))) {
      OffsetDateTime begin = from.get();
      Optional<OffsetDateTime> next =
          tx
              .list(
                  PART_END,
                  Tuple.of(id, begin, (long) partTurns),
                  row -> row.getOffsetDateTime("started_at"))
              .stream()
              .findFirst();
      for (Row part :
          tx.list(PART, Tuple.of(id, begin).addOffsetDateTime(next.orElse(null)), row -> row)) {
        isThere(doubtful, part);
        OffsetDateTime ended = part.getOffsetDateTime("ended_at");
        latest = ended.isAfter(latest) ? ended : latest;
      }
      from = next;
    }
    return latest;
  }

  private static void isThere(Map<String, Set<Object>> doubtful, Row turns) {
    doubtful.forEach((column, doubted) -> doubted.removeAll(names(turns, column)));
  }

  private static boolean isClear(Map<String, Set<Object>> doubtful) {
    return doubtful.values().stream().allMatch(Set::isEmpty);
  }

  private static Set<Object> names(Row row, String column) {
    return new LinkedHashSet<>(Arrays.asList((Object[]) row.getValue(column)));
  }
}
