package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicUsageTest {
  private static Reported read(String... events) {
    var usage = new AnthropicUsage();
    for (String event : events) {
      usage.accept(new JsonObject(event));
    }
    return usage.reported();
  }

  private static String start(String usage) {
    return "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\",\"usage\":%s}}"
        .formatted(usage);
  }

  private static String delta(String usage) {
    return "{\"type\":\"message_delta\",\"delta\":{},\"usage\":%s}".formatted(usage);
  }

  /** Usage, then input, output, cached, written 5m, 1h, unknown, reasoning. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"input_tokens\":10,\"output_tokens\":7} | 10 7 0 0 0 0 0",
        "{\"input_tokens\":10,\"output_tokens\":7,\"cache_read_input_tokens\":90,\"cache_creation_input_tokens\":50,\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,\"ephemeral_1h_input_tokens\":30}} | 10 7 90 20 30 0 0",
        "{\"input_tokens\":1,\"output_tokens\":1,\"cache_creation_input_tokens\":50} | 1 1 0 0 0 50 0",
        "{\"input_tokens\":1,\"output_tokens\":1,\"cache_creation_input_tokens\":50,\"cache_creation\":{\"ephemeral_5m_input_tokens\":20}} | 1 1 0 20 0 30 0",
        "{\"input_tokens\":1,\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}} | 1 5 0 0 0 0 4",
        "{\"input_tokens\":1,\"output_tokens\":2,\"output_tokens_details\":{\"thinking_tokens\":4}} | 1 0 0 0 0 0 4",
        "{\"input_tokens\":null,\"output_tokens\":\"7\",\"cache_creation\":[]} | 0 0 0 0 0 0 0",
      })
  void usageIsTakenApartIntoBucketsThatNeverOverlap(String usage, String expected) {
    String[] buckets = expected.split(" ", -1);
    Reported reported = read("{\"type\":\"message\",\"usage\":%s}".formatted(usage));
    assertThat(reported.tokens())
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

  /** The split by time to live may come first alone; totals only grow. */
  @Test
  void totalsOfAStreamTakeThePlaceOfEarlierOnesAndTheRestIsUnknown() {
    Reported reported =
        read(
            start(
                "{\"input_tokens\":10,\"output_tokens\":1,\"cache_creation_input_tokens\":50,\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,\"ephemeral_1h_input_tokens\":30}}"),
            delta("{\"output_tokens\":5}"),
            delta(
                "{\"input_tokens\":15,\"output_tokens\":12,\"cache_read_input_tokens\":3,\"cache_creation_input_tokens\":60}"),
            "{\"type\":\"message_stop\"}");
    assertThat(reported.tokens()).contains(new Tokens(15, 12, 3, 20, 30, 10, 0, 0));
    assertThat(reported.model()).isEqualTo("claude");
    assertThat(reported.id()).isEqualTo("msg_1");
    assertThat(reported.failed()).isFalse();
  }

  @Test
  void aCutStreamKeepsWhatItsStartHasSaid() {
    assertThat(read(start("{\"input_tokens\":10,\"output_tokens\":1}")).tokens())
        .contains(new Tokens(10, 1, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void anErrorInsideAStreamIsSeen() {
    Reported reported =
        read(
            start("{\"input_tokens\":10,\"output_tokens\":1}"),
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}");
    assertThat(reported.failed()).isTrue();
    assertThat(reported.tokens()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"usage\":null}", "{\"message\":7}", "{\"usage\":[1]}"})
  void silenceIsNotZero(String answer) {
    assertThat(read(answer).tokens()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"service_tier\":\"batch\" | batch",
        "\"service_tier\":\"standard\",\"speed\":\"standard\",\"inference_geo\":\"global\" | ``",
        "\"service_tier\":null,\"speed\":null,\"inference_geo\":null | ``",
        "\"inference_geo\":\"not_available\" | ``",
        "\"service_tier\":\"standard\",\"speed\":\"fast\" | fast",
        "\"service_tier\":\"batch\",\"speed\":\"fast\",\"inference_geo\":\"us\" | batch+fast+geo_us",
      })
  void whatThePriceDependsOnIsTold(String members, String tier) {
    assertThat(read("{\"usage\":{\"input_tokens\":1,%s}}".formatted(members)).serviceTier())
        .isEqualTo(tier);
  }

  /** Later events only say how many tokens there are. */
  @Test
  void aStreamKeepsTheTierThatItsStartHasTold() {
    Reported reported =
        read(
            start("{\"input_tokens\":10,\"output_tokens\":1,\"speed\":\"fast\"}"),
            delta("{\"output_tokens\":5}"));
    assertThat(reported.serviceTier()).isEqualTo("fast");
  }
}
