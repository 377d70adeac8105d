package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Field;

/** The statements that store usage records, which come as {@link UsageJson}, and correct them. */
final class UsageRows {
  private static final Set<String> GROUP =
      Set.of("bucket_start", "provider_uid", "provider_type", "model", "user_name", "agent");

  /** Cannot stand within a text, which would have backslashes before both. */
  private static final byte[] COUNTS_ONCE_NAME =
      "\"%s\"".formatted(UsageJson.COUNTS_ONCE).getBytes(StandardCharsets.US_ASCII);

  /** What a statement is given at once, all of which both sides hold in memory. */
  private static final int STATEMENT_ROWS = 2_500;

  private static final int STATEMENT_BYTES = 4 << 20;

  /** Brings the columns of the roll-ups and how long calls took. */
  private static final List<String> NEW =
      Stream.concat(
              names(USAGE_ROLLUP.fields()).stream(),
              Stream.of("latency_micros", "first_token_micros"))
          .toList();

  /**
   * Stores new records and brings just these to the sums; bind 1 is an array of rows as a {@link
   * Portion} has it. Of rows that tell of the same work the first keeps its tokens, whichever
   * gateway brings it. A row of a month that was dropped may have been counted before: it is left.
   */
  private static final String INSERT_COUNTING_ONCE = insert(true);

  /** The same for rows none of which tells of work that others tell of, too: as it usually is. */
  private static final String INSERT = insert(false);

  /** Which rows of the same array are left for that, by their places from 1. */
  static final String LATE =
      """
      select ordinality from unnest($1::text::usage_incoming[]) with ordinality
      where started_at < (select records_since from usage_retention)
      """;

  /**
   * Gives records another cost and brings the difference to the sums; bind 1 is a JSON array of the
   * columns that change, with the key, as text.
   */
  static final String REPRICE = reprice();

  /**
   * Brings the difference between the records of a stretch of time, bind 1 to 2, and what the
   * roll-ups say of it.
   */
  static final String REBUILD = rebuild();

  private UsageRows() {}

  /**
   * Rows of one statement.
   *
   * @param insert stores them and brings them to the sums
   */
  record Portion(List<JournalRow> rows, String insert) {
    /** Whether none of the rows tells of work that others tell of, too. */
    boolean countsEachTime() {
      return insert.equals(INSERT);
    }

    /** The rows as bind 1 of the statement; made anew each time, since it takes as much memory. */
    String array() {
      return UsageArray.of(rows);
    }
  }

  /**
   * Rows as statements take them. Work that counts once comes last and in one order: whoever claims
   * it keeps others waiting until his commit, and two that claim the same must not wait for each
   * other.
   */
  static List<Portion> portions(List<JournalRow> rows) {
    Map<Boolean, List<JournalRow>> byCountsOnce =
        rows.stream().collect(Collectors.partitioningBy(row -> row.contains(COUNTS_ONCE_NAME)));
    var portions = new ArrayList<Portion>();
    add(portions, byCountsOnce.getOrDefault(false, List.of()), INSERT);
    List<JournalRow> claims =
        byCountsOnce.getOrDefault(true, List.of()).stream()
            .sorted(Comparator.comparing(UsageRows::claim))
            .toList();
    add(portions, claims, INSERT_COUNTING_ONCE);
    return portions;
  }

  private static String claim(JournalRow row) {
    try {
      var json = new JsonObject(row.text());
      return json.getString("provider_uid") + " " + json.getString(UsageJson.COUNTS_ONCE);
    } catch (DecodeException | ClassCastException _) {
      return ""; // It will be set aside.
    }
  }

  private static void add(List<Portion> portions, List<JournalRow> rows, String insert) {
    for (int from = 0; from < rows.size(); from += portions.getLast().rows().size()) {
      portions.add(new Portion(first(rows.subList(from, rows.size())), insert));
    }
  }

  /** As many of the first rows as a statement takes, at least one. */
  private static List<JournalRow> first(List<JournalRow> rows) {
    int count = 0;
    for (int bytes = 0; count < rows.size() && count < STATEMENT_ROWS; count++) {
      bytes += rows.get(count).length();
      if (count > 0 && bytes > STATEMENT_BYTES) {
        break;
      }
    }
    return rows.subList(0, count);
  }

  private static String insert(boolean countingOnce) {
    List<String> columns = names(USAGE_RECORD.fields());
    String counted =
        """
        counted as (
          insert into usage_counted (provider_uid, work, record_id)
          select provider_uid, counts_once, id from incoming where counts_once is not null
          order by 1, counts_once collate "C", 3
          on conflict do nothing
          returning record_id),
        """;
    return """
    with incoming as (
      select * from unnest($1::text::usage_incoming[])
      where started_at >= coalesce((select records_since from usage_retention), '-infinity')),
    %1$sinserted as (
      insert into usage_record (%2$s)
      select %3$s from incoming
      on conflict do nothing
      returning *)
    insert into pg_temp.usage_new (%4$s) select %5$s from inserted
    """
        .formatted(
            countingOnce ? counted : "",
            String.join(", ", columns),
            columns.stream()
                .map(column -> recordValue(column, countingOnce))
                .collect(Collectors.joining(", ")),
            String.join(", ", NEW),
            NEW.stream().map(UsageRows::newValue).collect(Collectors.joining(", ")));
  }

  /** One call. */
  private static String newValue(String column) {
    return switch (column) {
      case "bucket_start" -> "date_bin('15 minutes', started_at, 'epoch')";
      case "requests" -> "1";
      case "failed_requests" -> "(outcome <> 'OK')::integer";
      case "missing_usage_requests" -> "(usage_state = 'MISSING')::integer";
      case "first_token_micros" -> "case when streamed then first_byte_micros end";
      default -> column;
    };
  }

  private static String rebuild() {
    List<String> rollup = names(USAGE_ROLLUP.fields());
    return """
    insert into pg_temp.usage_new (%1$s)
    select %2$s from usage_record where started_at >= $1 and started_at < $2
    union all
    select %3$s from usage_rollup where bucket_start >= $1 and bucket_start < $2
    """
        .formatted(
            String.join(", ", rollup),
            rollup.stream().map(UsageRows::newValue).collect(Collectors.joining(", ")),
            rollup.stream()
                .map(column -> GROUP.contains(column) ? column : "-" + column)
                .collect(Collectors.joining(", ")));
  }

  /**
   * What is stored of a row: nothing spent when it shows work that was counted before. A journal
   * may still hold rows of the version before, which did not know every column.
   */
  private static String recordValue(String column, boolean countingOnce) {
    if (column.equals(USAGE_RECORD.CONNECTION_TEST.getName())) {
      return "coalesce(%s, false)".formatted(column);
    }
    boolean spent =
        column.startsWith("tokens_")
            || column.startsWith("cost_")
            || column.equals("unpriced_tokens");
    return spent && countingOnce
        ? "case when counts_once is null or id in (select record_id from counted) then %s else 0 end"
            .formatted(column)
        : column;
  }

  private static String reprice() {
    List<String> money =
        names(USAGE_RECORD.fields()).stream()
            .filter(column -> column.startsWith("cost_") || column.equals("unpriced_tokens"))
            .toList();
    return """
    with incoming as (
      select * from json_to_recordset($1::text::json) as incoming
        (started_at timestamptz, id uuid, catalog_version text, %1$s)),
    old as (
      select usage_record.* from usage_record join incoming using (started_at, id)),
    repriced as (
      update usage_record set catalog_version = incoming.catalog_version, %2$s
      from incoming
      where usage_record.started_at = incoming.started_at and usage_record.id = incoming.id
      returning usage_record.id)
    insert into pg_temp.usage_new (%3$s)
    select %4$s from old join incoming using (started_at, id)
    """
        .formatted(
            each(money, "%1$s bigint"),
            each(money, "%1$s = incoming.%1$s"),
            String.join(", ", names(USAGE_ROLLUP.fields())),
            names(USAGE_ROLLUP.fields()).stream()
                .map(
                    column ->
                        switch (column) {
                          case "bucket_start" -> newValue(column);
                          default ->
                              money.contains(column)
                                  ? "incoming.%1$s - old.%1$s".formatted(column)
                                  : GROUP.contains(column) ? column : "0";
                        })
                .collect(Collectors.joining(", ")));
  }

  private static String each(List<String> columns, String template) {
    return columns.stream().map(template::formatted).collect(Collectors.joining(", "));
  }

  private static List<String> names(Field<?>[] fields) {
    return Stream.of(fields).map(Field::getName).toList();
  }
}
