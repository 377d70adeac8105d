package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Cost;
import dev.adp.domain.Records;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record's text is JSON, whatever callers have called things. */
class UsageJsonTest {
  private static final List<String> NUMBERS =
      List.of(
          "latency_micros",
          "first_byte_micros",
          "longest_prompt",
          "request_bytes",
          "response_bytes",
          "unpriced_tokens",
          "tokens_input",
          "tokens_output",
          "tokens_cached",
          "tokens_cache_creation_5m",
          "tokens_cache_creation_1h",
          "tokens_cache_creation_unknown_ttl",
          "tokens_reasoning",
          "tokens_tool_use_input",
          "cost_input",
          "cost_output",
          "cost_cached",
          "cost_cache_creation_5m",
          "cost_cache_creation_1h",
          "cost_cache_creation_unknown_ttl",
          "cost_reasoning",
          "cost_tool_use_input");

  /** The columns of the table, and what tells of work that others tell of too. */
  private static final int INCOMING = USAGE_RECORD.fields().length + 1;

  private final UsageRecords records = new UsageRecords(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m",
        "\"",
        "\\",
        "\\\"}",
        "a\\",
        "é",
        "模型",
        "😀",
        "{\"a\":1}",
        "\u007f",
        "\u0085",
        "\u2028"
      })
  void aNameComesBackAsItWas(String name) {
    String text = UsageJson.of(records.plain(name));
    assertThat(new JsonObject(text).getString("model")).isEqualTo(records.plain(name).model());
  }

  /** Each column has the value of its own, whatever the others are. */
  @Test
  void eachColumnHasItsValue() {
    UsageRecord record =
        Records.with(
            records.next(),
            Map.of(
                "firstByteMicros",
                Optional.of(11L),
                "longestPrompt",
                Optional.of(12L),
                "serviceTier",
                "tier",
                "conversationId",
                "conversation",
                "upstreamId",
                "upstream",
                "countsOnce",
                "work",
                "agent",
                "checkout",
                "connectionTest",
                true,
                "tokens",
                new Tokens(1, 2, 3, 4, 5, 6, 7, 8),
                "cost",
                new Cost(11, 12, 13, 14, 15, 16, 17, 18, 19)));
    var json = new JsonObject(UsageJson.of(record));
    assertThat(json.fieldNames()).hasSize(INCOMING);
    assertThat(json.getMap())
        .containsEntry("started_at", record.startedAt().toString())
        .containsEntry("id", record.id().toString())
        .containsEntry("provider_uid", record.providerUid().toString())
        .containsEntry("outcome", record.outcome().name())
        .containsEntry("usage_state", record.usageState().name())
        .containsEntry("provider_type", record.providerType())
        .containsEntry("model", record.model())
        .containsEntry("model_answered", record.modelAnswered())
        .containsEntry("user_name", record.user())
        .containsEntry("agent", record.agent())
        .containsEntry("conversation_id", record.conversationId())
        .containsEntry("operation", record.operation())
        .containsEntry("streamed", record.streamed())
        .containsEntry("status", record.status())
        .containsEntry("upstream_id", record.upstreamId())
        .containsEntry("service_tier", record.serviceTier())
        .containsEntry("catalog_version", record.catalogVersion())
        .containsEntry("connection_test", record.connectionTest())
        .containsEntry("counts_once", record.countsOnce());
    assertThat(NUMBERS.stream().map(json::getLong).toList()).isEqualTo(numbers(record));
  }

  /** Most records are short, and say the same as if they were not. */
  @Test
  void whatIsZeroOrEmptyIsLeftOut() {
    UsageRecord record =
        Records.with(
            records.next(),
            Map.of(
                "agent",
                "",
                "conversationId",
                "",
                "upstreamId",
                "",
                "serviceTier",
                "",
                "countsOnce",
                "",
                "connectionTest",
                false,
                "firstByteMicros",
                Optional.empty(),
                "longestPrompt",
                Optional.empty(),
                "tokens",
                Tokens.NONE,
                "cost",
                Cost.NONE));
    assertThat(new JsonObject(UsageJson.of(record)).fieldNames())
        .containsExactly(
            "started_at",
            "id",
            "provider_uid",
            "provider_type",
            "model",
            "model_answered",
            "user_name",
            "operation",
            "streamed",
            "outcome",
            "status",
            "usage_state",
            "latency_micros",
            "request_bytes",
            "response_bytes",
            "catalog_version");
  }

  private static List<Long> numbers(UsageRecord record) {
    Tokens tokens = record.tokens();
    Cost cost = record.cost();
    return List.of(
        record.latencyMicros(),
        11L,
        12L,
        record.requestBytes(),
        record.responseBytes(),
        cost.unpricedTokens(),
        tokens.input(),
        tokens.output(),
        tokens.cached(),
        tokens.cacheCreation5m(),
        tokens.cacheCreation1h(),
        tokens.cacheCreationUnknownTtl(),
        tokens.reasoning(),
        tokens.toolUseInput(),
        cost.input(),
        cost.output(),
        cost.cached(),
        cost.cacheCreation5m(),
        cost.cacheCreation1h(),
        cost.cacheCreationUnknownTtl(),
        cost.reasoning(),
        cost.toolUseInput());
  }
}
