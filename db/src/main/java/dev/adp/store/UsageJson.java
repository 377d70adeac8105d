package dev.adp.store;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/**
 * A usage record as a JSON object in column names. Written by hand, since it is written on the
 * event loop, once for each call.
 */
final class UsageJson {
  /** Names work of a row that other rows may tell of as well; it is no column of the table. */
  static final String COUNTS_ONCE = "counts_once";

  /** Texts that are empty, and not null, where a row does not have them. */
  private static final Set<String> TEXTS = Set.of("agent", "conversation_id", "upstream_id");

  private static final int CHARS = 1_024;

  private final StringBuilder text = new StringBuilder(CHARS).append('{');

  private UsageJson() {}

  /**
   * The object as one line of text, in the order of the table. What is zero or empty in most
   * records is left out: each byte is written, read and kept waiting.
   */
  static String of(UsageRecord record) {
    var json = new UsageJson();
    json.plain("started_at", record.startedAt().toString());
    json.plain("id", record.id().toString());
    json.plain("provider_uid", record.providerUid().toString());
    json.put("provider_type", record.providerType());
    json.put("model", record.model());
    json.put("model_answered", record.modelAnswered());
    json.put("user_name", record.user());
    json.putIfAny("agent", record.agent());
    json.putIfAny("conversation_id", record.conversationId());
    json.put("operation", record.operation());
    json.put("streamed", record.streamed());
    json.plain("outcome", record.outcome().name());
    json.put("status", record.status());
    json.plain("usage_state", record.usageState().name());
    json.putIfAny("upstream_id", record.upstreamId());
    json.put("latency_micros", record.latencyMicros());
    record.firstByteMicros().ifPresent(micros -> json.put("first_byte_micros", micros));
    json.put("request_bytes", record.requestBytes());
    json.put("response_bytes", record.responseBytes());
    tokens(json::putIfAny, record.tokens());
    cost(json::putIfAny, record.cost());
    json.putIfAny("unpriced_tokens", record.cost().unpricedTokens());
    json.put("catalog_version", record.catalogVersion());
    json.putIfAny("service_tier", record.serviceTier());
    if (record.connectionTest()) {
      json.put("connection_test", true);
    }
    record.longestPrompt().ifPresent(tokens -> json.put("longest_prompt", tokens));
    json.putIfAny(COUNTS_ONCE, record.countsOnce());
    return json.text.append('}').toString();
  }

  /** What a column has in a row that says nothing of it: a number or a text, or null if empty. */
  static Optional<Object> whenAbsent(String column) {
    if (column.startsWith("tokens_")
        || column.startsWith("cost_")
        || column.equals("unpriced_tokens")) {
      return Optional.of(0);
    }
    return TEXTS.contains(column) ? Optional.of("") : Optional.empty();
  }

  private static void tokens(ObjLongConsumer<String> columns, Tokens tokens) {
    columns.accept("tokens_input", tokens.input());
    columns.accept("tokens_output", tokens.output());
    columns.accept("tokens_cached", tokens.cached());
    columns.accept("tokens_cache_creation_5m", tokens.cacheCreation5m());
    columns.accept("tokens_cache_creation_1h", tokens.cacheCreation1h());
    columns.accept("tokens_cache_creation_unknown_ttl", tokens.cacheCreationUnknownTtl());
    columns.accept("tokens_reasoning", tokens.reasoning());
    columns.accept("tokens_tool_use_input", tokens.toolUseInput());
  }

  /** Tells the columns of a cost, in microcents. */
  static void cost(ObjLongConsumer<String> columns, Cost cost) {
    columns.accept("cost_input", cost.input());
    columns.accept("cost_output", cost.output());
    columns.accept("cost_cached", cost.cached());
    columns.accept("cost_cache_creation_5m", cost.cacheCreation5m());
    columns.accept("cost_cache_creation_1h", cost.cacheCreation1h());
    columns.accept("cost_cache_creation_unknown_ttl", cost.cacheCreationUnknownTtl());
    columns.accept("cost_reasoning", cost.reasoning());
    columns.accept("cost_tool_use_input", cost.toolUseInput());
  }

  private void putIfAny(String name, long value) {
    if (value != 0) {
      put(name, value);
    }
  }

  private void putIfAny(String name, String value) {
    if (!value.isEmpty()) {
      put(name, value);
    }
  }

  private void put(String name, long value) {
    name(name).append(value);
  }

  private void put(String name, boolean value) {
    name(name).append(value);
  }

  private void put(String name, String value) {
    name(name).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  /** A text that holds nothing which JSON would have escaped. */
  private void plain(String name, String value) {
    name(name).append('"').append(value).append('"');
  }

  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    return text.append('"').append(name).append("\":");
  }
}
