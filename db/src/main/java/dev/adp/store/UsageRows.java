package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Usage records as JSON objects in column names, and the statement that stores a batch of them. */
final class UsageRows {
  private static final Set<String> GROUP =
      Set.of("bucket_start", "provider_uid", "provider_type", "model", "user_name", "agent");

  /** Names work of a row that other rows may tell of as well; it is no column of the table. */
  private static final String COUNTS_ONCE = "counts_once";

  /**
   * Stores new records and adds just these to the roll-ups; bind 1 is a JSON array of rows. Of rows
   * that tell of the same work the first keeps its tokens, whichever gateway brings it.
   */
  static final String INSERT = insert();

  /**
   * Gives records another cost and corrects the roll-ups by the difference; bind 1 is a JSON array
   * of the columns that change, with the key.
   */
  static final String REPRICE = reprice();

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

  private static String insert() {
    List<String> columns = names(USAGE_RECORD.fields());
    String definition =
        Arrays.stream(USAGE_RECORD.fields())
            .map(field -> field.getName() + " " + typeName(field))
            .collect(Collectors.joining(", "));
    List<String> rollup = names(USAGE_ROLLUP.fields());
    String values = rollup.stream().map(UsageRows::rollupValue).collect(Collectors.joining(", "));
    String additions =
        rollup.stream()
            .filter(column -> !GROUP.contains(column))
            .map(column -> "%1$s = usage_rollup.%1$s + excluded.%1$s".formatted(column))
            .collect(Collectors.joining(", "));
    return """
    with incoming as (
      select * from jsonb_to_recordset($1) as incoming (%2$s, counts_once text)),
    counted as (
      insert into usage_counted (provider_uid, work, record_id)
      select provider_uid, counts_once, id from incoming where counts_once is not null order by 1, 2, 3
      on conflict do nothing
      returning record_id),
    inserted as (
      insert into usage_record (%1$s)
      select %6$s from incoming
      on conflict do nothing
      returning *)
    insert into usage_rollup (%3$s)
    select %4$s from inserted group by 1, 2, 3, 4, 5, 6 order by 1, 2, 4, 5, 6
    on conflict (provider_uid, bucket_start, model, user_name, agent) do update set %5$s
    """
        .formatted(
            String.join(", ", columns),
            definition,
            String.join(", ", rollup),
            values,
            additions,
            columns.stream().map(UsageRows::recordValue).collect(Collectors.joining(", ")));
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
      select * from jsonb_to_recordset($1) as incoming
        (started_at timestamptz, id uuid, catalog_version text, %1$s)),
    old as (
      select usage_record.* from usage_record join incoming using (started_at, id)),
    repriced as (
      update usage_record set catalog_version = incoming.catalog_version, %2$s
      from incoming
      where usage_record.started_at = incoming.started_at and usage_record.id = incoming.id
      returning usage_record.id),
    difference as (
      select date_bin('15 minutes', started_at, 'epoch') as bucket_start,
        provider_uid, model, user_name, agent, %3$s
      from old join incoming using (started_at, id) group by 1, 2, 3, 4, 5)
    update usage_rollup set %4$s
    from difference
    where usage_rollup.bucket_start = difference.bucket_start
      and usage_rollup.provider_uid = difference.provider_uid
      and usage_rollup.model = difference.model
      and usage_rollup.user_name = difference.user_name
      and usage_rollup.agent = difference.agent
    """
        .formatted(
            each(money, "%1$s bigint"),
            each(money, "%1$s = incoming.%1$s"),
            each(money, "sum(incoming.%1$s - old.%1$s) as %1$s"),
            each(money, "%1$s = usage_rollup.%1$s + difference.%1$s"));
  }

  private static String each(List<String> columns, String template) {
    return columns.stream().map(template::formatted).collect(Collectors.joining(", "));
  }

  private static List<String> names(Field<?>[] fields) {
    return Stream.of(fields).map(Field::getName).toList();
  }

  private static String typeName(Field<?> field) {
    return field.getDataType().getCastTypeName(DSL.using(SQLDialect.POSTGRES).configuration());
  }

  private static String rollupValue(String column) {
    return switch (column) {
      case "bucket_start" -> "date_bin('15 minutes', started_at, 'epoch')";
      case "requests" -> "count(*)";
      case "failed_requests" -> "count(*) filter (where outcome <> 'OK')";
      case "missing_usage_requests" -> "count(*) filter (where usage_state = 'MISSING')";
      default -> GROUP.contains(column) ? column : "sum(%s)".formatted(column);
    };
  }
}
