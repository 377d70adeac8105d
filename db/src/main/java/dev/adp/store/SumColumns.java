package dev.adp.store;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sums of a conversation in SQL: what one turn adds to them, what many do, and how they are put
 * to those that are there.
 */
final class SumColumns {
  /** Of names a hundred are kept: a caller may use one id with any number of them. */
  private static final String NAMES_MAX = "100";

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

  /** Columns that are added up. */
  static final List<String> COUNTS =
      List.of(
          "turns",
          "failed_turns",
          "missing_usage_turns",
          "input_turns",
          "output_turns",
          "tokens",
          "unpriced_tokens",
          "cost");

  /** Columns of names that occur, each only once. */
  static final List<String> NAMES = List.of("provider_uids", "agents", "users", "models");

  /**
   * A column of sums.
   *
   * @param ofOne what one turn adds, by the columns of {@link #facts}
   * @param ofAll what many turns add
   * @param together with what is there
   */
  private record Column(String name, String ofOne, String ofAll, String together) {
    static Column count(String name) {
      return new Column(
          name, name, "sum(" + name + ")::bigint", "%1$s = sums.%1$s + excluded.%1$s");
    }

    static Column names(String name, String ofOne, String condition) {
      return new Column(
          name,
          "case when %1$s then array[%2$s] else '{}' end".formatted(condition, ofOne),
          "coalesce((array_agg(distinct %1$s) filter (where %2$s))[1:%3$s], '{}')"
              .formatted(ofOne, condition, NAMES_MAX),
          """
          %1$s = case when sums.%1$s @> excluded.%1$s then sums.%1$s
            else array(select distinct unnest(sums.%1$s || excluded.%1$s) limit
          """
                  .strip()
              + " "
              + NAMES_MAX
              + ") end");
    }
  }

  private static final List<Column> ALL =
      Stream.of(
              Stream.of(
                  new Column(
                      "started_at",
                      "started_at",
                      "min(started_at)",
                      "%1$s = least(sums.%1$s, excluded.%1$s)"),
                  new Column(
                      "ended_at",
                      "ended_at",
                      "max(ended_at)",
                      "%1$s = greatest(sums.%1$s, excluded.%1$s)")),
              COUNTS.stream().map(Column::count),
              Stream.of(
                  new Column(
                      "last_outcome",
                      "outcome",
                      "(array_agg(outcome order by started_at desc, id desc))[1]",
                      "%1$s = case when excluded.last_started_at >= sums.last_started_at"
                          + " then excluded.%1$s else sums.%1$s end"),
                  new Column(
                      "last_started_at",
                      "started_at",
                      "max(started_at)",
                      "%1$s = greatest(sums.%1$s, excluded.%1$s)"),
                  Column.names("provider_uids", "provider_uid", "true"),
                  Column.names("agents", "agent", "agent <> ''"),
                  Column.names("users", "user_name", "user_name <> ''"),
                  Column.names("models", "model", "model <> ''")))
          .flatMap(stream -> stream)
          .toList();

  private static final String NAMED = "conversation_id, " + joined(Column::name);

  /** Of one turn; its rows are those of {@link #facts}. */
  static final String OF_ONE = "conversation_id, " + joined(Column::ofOne);

  /** Of the turns of each conversation; to be grouped by {@code conversation_id}. */
  static final String OF_ALL =
      "conversation_id, " + joined(column -> column.ofAll() + " as " + column.name());

  /** Begins a statement; what follows selects {@link #OF_ONE} or {@link #OF_ALL}. */
  static final String INSERT = "insert into transcript_conversation as sums (" + NAMED + ") ";

  /** Ends such a statement, where some of the conversations may be there. */
  static final String UPSERT =
      " on conflict (conversation_id) do update set "
          + joined(column -> column.together().formatted(column.name()));

  private static final String FACTS =
      """
      select turn.conversation_id, turn.started_at, turn.id, turn.provider_uid,
        turn.started_at + usage.latency_micros * interval '1 microsecond' as ended_at,
        1 as turns,
        (usage.outcome <> 'OK')::int as failed_turns,
        (usage.usage_state = 'MISSING')::int as missing_usage_turns,
        (turn.input_state in ('RECORDED', 'TRUNCATED'))::int as input_turns,
        (turn.output_state in ('RECORDED', 'TRUNCATED'))::int as output_turns,
        %s as tokens, usage.unpriced_tokens, %s as cost,
        usage.outcome, usage.agent, usage.user_name, usage.model
      """
          .formatted(total("usage", "tokens_"), total("usage", "cost_"));

  /**
   * One by one, as the offset has it. A join is planned for a month that was analyzed without calls
   * as one that reads all of its index for each turn, and the plan is kept while the month fills.
   */
  private static final String USAGE =
      """
      lateral (
        select * from usage_record as record
        where record.started_at = turn.started_at and record.id = turn.id offset 0) as usage on true
      """;

  /** Condition of turns that their conversation does not count yet. */
  static final String PENDING =
      "exists (select from transcript_pending as pending"
          + " where pending.started_at = turn.started_at and pending.id = turn.id)";

  private SumColumns() {}

  /** What usage says of turns whose usage has come. */
  static String facts(String turns) {
    return FACTS + " from " + turns + " join " + USAGE;
  }

  /** The same; of turns whose usage has not come, the outcome is null. */
  static String factsSoFar(String turns) {
    return FACTS + " from " + turns + " left join " + USAGE;
  }

  /** All tokens, or all cost, of a record. */
  static String total(String record, String prefix) {
    return BUCKETS.stream()
        .map(bucket -> record + "." + prefix + bucket)
        .collect(Collectors.joining(" + ", "(", ")"));
  }

  /** Each bucket's column with its type, for rows that come as JSON. */
  static String declared(String prefix) {
    return BUCKETS.stream()
        .map(bucket -> prefix + bucket + " bigint")
        .collect(Collectors.joining(", "));
  }

  private static String joined(Function<Column, String> text) {
    return ALL.stream().map(text).collect(Collectors.joining(", "));
  }
}
