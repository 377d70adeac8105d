package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiUsageTest {
  private static Reported read(String... objects) {
    var usage = new GeminiUsage();
    for (String object : objects) {
      usage.accept(new JsonObject(object));
    }
    return usage.reported();
  }

  /** Usage, then input, output, cached, reasoning, tool use. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"promptTokenCount\":10,\"candidatesTokenCount\":7,\"totalTokenCount\":17} | 10 7 0 0 0",
        "{\"promptTokenCount\":100,\"cachedContentTokenCount\":60,\"candidatesTokenCount\":7,\"thoughtsTokenCount\":20,\"toolUsePromptTokenCount\":5} | 40 7 60 20 5",
        "{\"promptTokenCount\":10,\"responseTokenCount\":7} | 10 7 0 0 0",
        // A blocked prompt has no candidates.
        "{\"promptTokenCount\":10} | 10 0 0 0 0",
        "{\"promptTokenCount\":10,\"cachedContentTokenCount\":60} | 0 0 60 0 0",
      })
  void usageIsTakenApartIntoBucketsThatNeverOverlap(String usage, String expected) {
    String[] buckets = expected.split(" ", -1);
    assertThat(read("{\"usageMetadata\":%s}".formatted(usage)).tokens())
        .contains(
            new Tokens(
                Long.parseLong(buckets[0]),
                Long.parseLong(buckets[1]),
                Long.parseLong(buckets[2]),
                0,
                0,
                0,
                Long.parseLong(buckets[3]),
                Long.parseLong(buckets[4])));
  }

  @Test
  void theLastOfCumulativeEventsCounts() {
    Reported reported =
        read(
            "{\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":1},\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"r1\"}",
            "{\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":8}}",
            "{\"candidates\":[]}");
    assertThat(reported.tokens()).contains(new Tokens(9, 8, 0, 0, 0, 0, 0, 0));
    assertThat(reported.model()).isEqualTo("gemini-2.5-flash");
    assertThat(reported.id()).isEqualTo("r1");
  }

  @Test
  void anInteractionReportsInItsOwnWords() {
    Reported reported =
        read(
            "{\"event_type\":\"interaction.complete\",\"interaction\":{\"id\":\"i1\",\"model\":\"g\",\"usage\":{\"total_input_tokens\":10,\"total_cached_tokens\":3,\"total_output_tokens\":4,\"total_thought_tokens\":2,\"total_tool_use_tokens\":1}}}");
    assertThat(reported.tokens()).contains(new Tokens(7, 4, 3, 0, 0, 0, 2, 1));
    assertThat(reported.id()).isEqualTo("i1");
  }

  /** States, and whether the interaction counts once by its id: what is at work counts later. */
  @ParameterizedTest
  @CsvSource({
    "completed, true, true",
    "completed, false, false",
    "failed, true, true",
    "in_progress, true, false",
    "in_progress, false, true",
    "queued, false, true",
  })
  void anInteractionCountsOnceWhenItIsDone(String status, boolean counted, boolean background) {
    String usage = counted ? ",\"usage\":{\"total_input_tokens\":10}" : "";
    String interaction = "{\"id\":\"i1\",\"model\":\"g\",\"status\":\"%s\"%s}";
    Reported reported = read(interaction.formatted(status, usage));
    assertThat(reported.background()).isEqualTo(background);
    String event = "{\"event_type\":\"x\",\"interaction\":%s}";
    assertThat(
            read(
                    event.formatted(interaction.formatted("in_progress", "")),
                    "{\"index\":0,\"event_type\":\"step.delta\"}",
                    event.formatted(interaction.formatted(status, usage)))
                .background())
        .isEqualTo(background);
  }

  @Test
  void anAnswerOfNoInteractionIsNotKept() {
    assertThat(
            read("{\"usageMetadata\":{\"promptTokenCount\":1},\"responseId\":\"r\"}").background())
        .isFalse();
  }

  @Test
  void theServiceTierIsTold() {
    assertThat(read("{\"usageMetadata\":{\"serviceTier\":\"FLEX\"}}").serviceTier())
        .isEqualTo("flex");
    assertThat(read("{\"status\":\"completed\",\"service_tier\":\"priority\"}").serviceTier())
        .isEqualTo("priority");
  }

  @Test
  void anErrorInsideAnAnswerIsSeen() {
    assertThat(read("{\"error\":{\"code\":503}}").failed()).isTrue();
    assertThat(read("{\"error\":null}").failed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"usageMetadata\":null}", "{\"usageMetadata\":4}"})
  void silenceIsNotZero(String answer) {
    assertThat(read(answer).tokens()).isEmpty();
  }
}
