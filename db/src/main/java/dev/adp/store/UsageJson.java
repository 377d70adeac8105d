package dev.adp.store;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import java.util.function.ObjLongConsumer;

/**
 * A usage record as a JSON object in column names. Written by hand, since it is written on the
 * event loop, once for each call.
 */
final class UsageJson {
  /** Names work of a row that other rows may tell of as well; it is no column of the table. */
  static final String COUNTS_ONCE = "counts_once";

  private static final int CHARS = 1_536;

  private final StringBuilder text = new StringBuilder(CHARS).append('{');

  private UsageJson() {}

  /** The object as one line of text. */
  static String of(UsageRecord record) {
    var json = new UsageJson();
    json.put("started_at", record.startedAt().toString());
    json.put("id", record.id().toString());
    json.put("provider_uid", record.providerUid().toString());
    json.put("provider_type", record.providerType());
    json.put("model", record.model());
    json.put("model_answered", record.modelAnswered());
    json.put("user_name", record.user());
    json.put("agent", record.agent());
    json.put("conversation_id", record.conversationId());
    json.put("operation", record.operation());
    json.put("streamed", record.streamed());
    json.put("outcome", record.outcome().name());
    json.put("status", record.status());
    json.put("usage_state", record.usageState().name());
    json.put("upstream_id", record.upstreamId());
    json.put("latency_micros", record.latencyMicros());
    json.put("request_bytes", record.requestBytes());
    json.put("response_bytes", record.responseBytes());
    json.put("unpriced_tokens", record.cost().unpricedTokens());
    json.put("catalog_version", record.catalogVersion());
    json.put("connection_test", record.connectionTest());
    if (!record.countsOnce().isEmpty()) {
      json.put(COUNTS_ONCE, record.countsOnce());
    }
    if (!record.serviceTier().isEmpty()) {
      json.put("service_tier", record.serviceTier());
    }
    record.longestPrompt().ifPresent(tokens -> json.put("longest_prompt", tokens));
    record.firstByteMicros().ifPresent(micros -> json.put("first_byte_micros", micros));
    tokens(json::put, record.tokens());
    cost(json::put, record.cost());
    return json.text.append('}').toString();
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

  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    return text.append('"').append(name).append("\":");
  }
}
