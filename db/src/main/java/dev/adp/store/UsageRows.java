package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Field;

/**
 * Usage records as JSON objects in column names, and the statements that store and correct them.
 */
final class UsageRows {
  private static final Set<String> GROUP =
      Set.of("bucket_start", "provider_uid", "provider_type", "model", "user_name", "agent");

  /** Names work of a row that other rows may tell of as well; it is no column of the table. */
  private static final String COUNTS_ONCE = "counts_once";

  /** The columns of {@code usage_incoming}. */
  private static final List<String> INCOMING =
      Stream.concat(names(USAGE_RECORD.fields()).stream(), Stream.of(COUNTS_ONCE)).toList();

  private static final int ROW_CHARS = 400;

  /** Brings the columns of the roll-ups and how long calls took. */
  private static final List<String> NEW =
      Stream.concat(
              names(USAGE_ROLLUP.fields()).stream(),
              Stream.of("latency_micros", "first_token_micros"))
          .toList();

  /**
   * Stores new records and brings just these to the sums; bind 1 is an array of rows as {@link
   * #array} writes it. Of rows that tell of the same work the first keeps its tokens, whichever
   * gateway brings it. A row of a month that was dropped may have been counted before: it is left.
   */
  static final String INSERT = insert();

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

  static JsonObject json(UsageRecord record) {
    JsonObject json =
        new JsonObject()
            .put("started_at", record.startedAt().toString())
            .put("id", record.id().toString())
            .put("provider_uid", record.providerUid().toString())
            .put("provider_type", record.providerType())
            .put("model", record.model())
            .put("model_answered", record.modelAnswered())
            .put("user_name", record.user())
            .put("agent", record.agent())
            .put("conversation_id", record.conversationId())
            .put("operation", record.operation())
            .put("streamed", record.streamed())
            .put("outcome", record.outcome().name())
            .put("status", record.status())
            .put("usage_state", record.usageState().name())
            .put("upstream_id", record.upstreamId())
            .put("latency_micros", record.latencyMicros())
            .put("request_bytes", record.requestBytes())
            .put("response_bytes", record.responseBytes())
            .put("unpriced_tokens", record.cost().unpricedTokens())
            .put("catalog_version", record.catalogVersion())
            .put("connection_test", record.connectionTest());
    if (!record.countsOnce().isEmpty()) {
      json.put(COUNTS_ONCE, record.countsOnce());
    }
    if (!record.serviceTier().isEmpty()) {
      json.put("service_tier", record.serviceTier());
    }
    record.longestPrompt().ifPresent(tokens -> json.put("longest_prompt", tokens));
    record.firstByteMicros().ifPresent(micros -> json.put("first_byte_micros", micros));
    tokens(json, record.tokens());
    cost(json, record.cost());
    return json;
  }

  private static void tokens(JsonObject json, Tokens tokens) {
    json.put("tokens_input", tokens.input())
        .put("tokens_output", tokens.output())
        .put("tokens_cached", tokens.cached())
        .put("tokens_cache_creation_5m", tokens.cacheCreation5m())
        .put("tokens_cache_creation_1h", tokens.cacheCreation1h())
        .put("tokens_cache_creation_unknown_ttl", tokens.cacheCreationUnknownTtl())
        .put("tokens_reasoning", tokens.reasoning())
        .put("tokens_tool_use_input", tokens.toolUseInput());
  }

  static void cost(JsonObject json, Cost cost) {
    json.put("cost_input", cost.input())
        .put("cost_output", cost.output())
        .put("cost_cached", cost.cached())
        .put("cost_cache_creation_5m", cost.cacheCreation5m())
        .put("cost_cache_creation_1h", cost.cacheCreation1h())
        .put("cost_cache_creation_unknown_ttl", cost.cacheCreationUnknownTtl())
        .put("cost_reasoning", cost.reasoning())
        .put("cost_tool_use_input", cost.toolUseInput());
  }

  /**
   * Rows as an array of {@code usage_incoming}, which the database reads several times faster than
   * JSON.
   */
  static String array(List<String> rows) {
    var array = new StringBuilder(rows.size() * ROW_CHARS);
    for (String row : rows) {
      array.append(array.isEmpty() ? "{\"(" : ",\"(");
      var json = new JsonObject(row);
      String separator = "";
      for (String column : INCOMING) {
        array.append(separator);
        separator = ",";
        switch (json.getValue(column)) {
          case null -> {} // Nothing at all stands for null.
          case String text -> quoted(array, text);
          case Object plain -> array.append(plain);
        }
      }
      array.append(")\"");
    }
    return array.append('}').toString();
  }

  /** A text in a row in an array: each of the two has its quotes. */
  private static void quoted(StringBuilder array, String text) {
    array.append("\\\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        array.append("\\\\\\");
      } else if (c == '\\') {
        array.append("\\\\\\");
      }
      array.append(c);
    }
    array.append("\\\"");
  }

  private static String insert() {
    List<String> columns = names(USAGE_RECORD.fields());
    return """
    with incoming as (
      select * from unnest($1::text::usage_incoming[])
      where started_at >= coalesce((select records_since from usage_retention), '-infinity')),
    counted as (
      insert into usage_counted (provider_uid, work, record_id)
      select provider_uid, counts_once, id from incoming where counts_once is not null order by 1, 2, 3
      on conflict do nothing
      returning record_id),
    inserted as (
      insert into usage_record (%1$s)
      select %2$s from incoming
      on conflict do nothing
      returning *)
    insert into pg_temp.usage_new (%3$s) select %4$s from inserted
    """
        .formatted(
            String.join(", ", columns),
            columns.stream().map(UsageRows::recordValue).collect(Collectors.joining(", ")),
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
  private static String recordValue(String column) {
    if (column.equals(USAGE_RECORD.CONNECTION_TEST.getName())) {
      return "coalesce(%s, false)".formatted(column);
    }
    boolean spent =
        column.startsWith("tokens_")
            || column.startsWith("cost_")
            || column.equals("unpriced_tokens");
    return spent
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
