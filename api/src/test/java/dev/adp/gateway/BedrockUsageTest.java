package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockUsageTest {
  /** An answer, then the buckets input, output, cached, 5m, 1h, unknown, reasoning. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Converse.
        "{\"output\":{},\"usage\":{\"inputTokens\":12,\"outputTokens\":3,\"totalTokens\":15}} | 12 3 0 0 0 0 0",
        "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3,\"cacheReadInputTokens\":7,\"cacheWriteInputTokens\":9,\"cacheDetails\":[{\"ttl\":\"5m\",\"inputTokens\":4},{\"ttl\":\"1h\",\"inputTokens\":3}]}} | 12 3 7 4 3 2 0",
        "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3,\"cacheWriteInputTokens\":9}} | 12 3 0 0 0 9 0",
        "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"cacheWriteInputTokens\":9,\"cacheDetails\":[{\"ttl\":\"24h\",\"inputTokens\":9}]}} | 1 1 0 0 0 9 0",
        "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"cacheWriteInputTokens\":null,\"cacheDetails\":null}} | 1 1 0 0 0 0 0",
        "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"cacheDetails\":[7,{\"ttl\":7},{}]}} | 1 1 0 0 0 0 0",
        // Nova.
        "{\"usage\":{\"inputTokens\":20,\"outputTokens\":15,\"cacheReadInputTokenCount\":8,\"cacheWriteInputTokenCount\":2}} | 20 15 8 0 0 2 0",
        // Anthropic on InvokeModel.
        "{\"id\":\"m\",\"usage\":{\"input_tokens\":17,\"output_tokens\":118,\"cache_read_input_tokens\":40,\"cache_creation_input_tokens\":60,\"cache_creation\":{\"ephemeral_5m_input_tokens\":60}}} | 17 118 40 60 0 0 0",
        "{\"usage\":{\"input_tokens\":1,\"output_tokens\":10,\"output_tokens_details\":{\"thinking_tokens\":4}}} | 1 6 0 0 0 0 4",
        // OpenAI's models and their like on InvokeModel: caches inside.
        "{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":64},\"completion_tokens_details\":{\"reasoning_tokens\":30}}} | 36 20 64 0 0 0 30",
        // Malformed: clamped, never negative, never an exception.
        "{\"usage\":{\"inputTokens\":-1,\"outputTokens\":\"3\",\"cacheReadInputTokens\":1e400}} | 0 0 1000000000 0 0 0 0",
      })
  void usageIsTakenApartIntoBucketsThatNeverOverlap(String answer, String expected) {
    String[] buckets = expected.split(" ", -1);
    assertThat(read(answer, HttpHeaders.headers()).tokens())
        .contains(
            new Tokens(
                Long.parseLong(buckets[0]),
                Long.parseLong(buckets[1]),
                Long.parseLong(buckets[2]),
                Long.parseLong(buckets[3]),
                Long.parseLong(buckets[4]),
                Long.parseLong(buckets[5]),
                Long.parseLong(buckets[6]),
                0));
  }

  @Test
  void theBodysUsageIsPreferredToTheHeaders() {
    MultiMap headers = headers("57", "118");
    String answer =
        "{\"model\":\"claude-3-7\",\"usage\":{\"input_tokens\":17,\"output_tokens\":118,\"cache_read_input_tokens\":40}}";
    assertThat(read(answer, headers).tokens()).contains(new Tokens(17, 118, 40, 0, 0, 0, 0, 0));
    assertThat(read(answer, headers).model()).isEqualTo("claude-3-7");
  }

  @Test
  void theHeadersCountWhereTheBodySaysNothing() {
    Tokens counted = new Tokens(12, 34, 0, 0, 0, 0, 0, 0);
    assertThat(read("{\"outputs\":[{\"text\":\"hi\"}]}", headers("12", "34")).tokens())
        .contains(counted);
    assertThat(read("{\"usage\":null}", headers("12", "34")).tokens()).contains(counted);
    assertThat(read("[]", headers("12", "34")).tokens()).contains(counted);
    MultiMap caches =
        headers("12", "34")
            .add("X-Amzn-Bedrock-Cache-Read-Input-Token-Count", "5")
            .add("X-Amzn-Bedrock-Cache-Write-Input-Token-Count", "6");
    assertThat(read("{}", caches).tokens()).contains(new Tokens(12, 34, 5, 0, 0, 6, 0, 0));
  }

  @Test
  void anEmbeddingHasInputAlone() {
    MultiMap headers = HttpHeaders.headers().add("X-Amzn-Bedrock-Input-Token-Count", "8");
    assertThat(read("{\"embedding\":[0.1]}", headers).tokens())
        .contains(new Tokens(8, 0, 0, 0, 0, 0, 0, 0));
  }

  /** Whatever says nothing about usage is unknown, never zero. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"usage\":null}",
        "{\"usage\":[]}",
        "{\"usage\":7}",
        "{\"metadata\":7}",
        "{\"amazon-bedrock-invocationMetrics\":{}}",
        "{\"amazon-bedrock-invocationMetrics\":7}",
        "{\"inputTokens\":9}",
      })
  void silenceIsNotZero(String answer) {
    assertThat(read(answer, HttpHeaders.headers()).tokens()).isEmpty();
  }

  @Test
  void partsThatExceedTheirWholeAreOdd() {
    Reported reported =
        read(
            "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"cacheWriteInputTokens\":5,\"cacheDetails\":[{\"ttl\":\"5m\",\"inputTokens\":4},{\"ttl\":\"1h\",\"inputTokens\":3}]}}",
            HttpHeaders.headers());
    assertThat(reported.odd()).isTrue();
    assertThat(reported.tokens()).contains(new Tokens(1, 1, 0, 4, 3, 0, 0, 0));
  }

  @Test
  void theServiceTierIsToldByTheBodyOrTheHeaders() {
    MultiMap headers = HttpHeaders.headers().add("X-Amzn-Bedrock-Service-Tier", "flex");
    assertThat(read("{}", headers).serviceTier()).isEqualTo("flex");
    assertThat(
            read(
                    "{\"usage\":{\"inputTokens\":1},\"serviceTier\":{\"type\":\"priority\"}}",
                    HttpHeaders.headers())
                .serviceTier())
        .isEqualTo("priority");
  }

  private static MultiMap headers(String input, String output) {
    return HttpHeaders.headers()
        .add("X-Amzn-Bedrock-Input-Token-Count", input)
        .add("X-Amzn-Bedrock-Output-Token-Count", output);
  }

  private static Reported read(String answer, MultiMap headers) {
    var meter = Wire.BEDROCK.meter("application/json", headers, false, false);
    meter.accept(Buffer.buffer(answer));
    return meter.reported();
  }
}
