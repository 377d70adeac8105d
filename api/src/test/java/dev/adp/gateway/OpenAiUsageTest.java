package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiUsageTest {
  /** Usage, then the buckets input, output, cached, cache write, reasoning. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Chat.
        "{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15} | 12 3 0 0 0",
        "{\"prompt_tokens\":100,\"completion_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":64,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":30,\"accepted_prediction_tokens\":0}} | 36 20 64 0 30",
        "{\"prompt_tokens\":100,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":20,\"cache_write_tokens\":70}} | 10 1 20 70 0",
        // Responses.
        "{\"input_tokens\":100,\"output_tokens\":50,\"input_tokens_details\":{\"cached_tokens\":64,\"cache_write_tokens\":6},\"output_tokens_details\":{\"reasoning_tokens\":30}} | 30 20 64 6 30",
        // Embeddings.
        "{\"prompt_tokens\":8,\"total_tokens\":8} | 8 0 0 0 0",
        // Images.
        "{\"input_tokens\":50,\"output_tokens\":50,\"total_tokens\":100,\"input_tokens_details\":{\"text_tokens\":10,\"image_tokens\":40}} | 50 50 0 0 0",
        // Transcriptions.
        "{\"type\":\"tokens\",\"input_tokens\":14,\"input_token_details\":{\"audio_tokens\":14},\"output_tokens\":45} | 14 45 0 0 0",
        // Servers that put cached tokens at the top, and DeepSeek.
        "{\"prompt_tokens\":100,\"completion_tokens\":1,\"cached_tokens\":40} | 60 1 40 0 0",
        "{\"prompt_tokens\":100,\"completion_tokens\":1,\"prompt_cache_hit_tokens\":40,\"prompt_cache_miss_tokens\":60} | 60 1 40 0 0",
        "{\"prompt_tokens\":100,\"completion_tokens\":1,\"prompt_cache_hit_tokens\":40,\"prompt_tokens_details\":{\"cached_tokens\":40}} | 60 1 40 0 0",
        // Nulls, as some servers write for what they do not count.
        "{\"prompt_tokens\":5,\"completion_tokens\":null,\"prompt_tokens_details\":null,\"completion_tokens_details\":null} | 5 0 0 0 0",
        "{\"prompt_tokens\":5,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":null}} | 5 2 0 0 0",
        // Malformed: clamped, never negative, never an exception.
        "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":64},\"completion_tokens_details\":{\"reasoning_tokens\":30}} | 0 0 64 0 30",
        "{\"prompt_tokens\":-1,\"completion_tokens\":-5} | 0 0 0 0 0",
        "{\"prompt_tokens\":\"12\",\"completion_tokens\":{}} | 0 0 0 0 0",
        "{\"prompt_tokens\":1.5,\"completion_tokens\":2.0} | 1 2 0 0 0",
        "{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":1e400} | 1000000000 1000000000 0 0 0",
        "{\"prompt_tokens\":18446744073709551621,\"completion_tokens\":-1e400} | 1000000000 0 0 0 0",
        "{} | 0 0 0 0 0",
      })
  void usageIsTakenApartIntoBucketsThatNeverOverlap(String usage, String expected) {
    String[] buckets = expected.split(" ", -1);
    assertThat(OpenAiUsage.read(new JsonObject().put("usage", new JsonObject(usage))).tokens())
        .contains(
            new Tokens(
                Long.parseLong(buckets[0]),
                Long.parseLong(buckets[1]),
                Long.parseLong(buckets[2]),
                Long.parseLong(buckets[3]),
                0,
                0,
                Long.parseLong(buckets[4]),
                0));
  }

  /** What was asked for, the answer, then what is written for half an hour and for twelve. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "false | {} | 70 | 0",
        "true | {} | 0 | 70",
        "true | {\"prompt_cache_options\":{\"ttl\":\"30m\"}} | 70 | 0",
        "false | {\"prompt_cache_options\":{\"ttl\":\"12h\"}} | 0 | 70",
        "false | {\"prompt_cache_options\":null,\"prompt_cache_retention\":\"24h\"} | 70 | 0",
        "true | {\"split\":{\"ttl_12h_tokens\":20,\"ttl_30m_tokens\":50}} | 50 | 20",
        "false | {\"split\":{\"ttl_12h_tokens\":90}} | 0 | 70",
      })
  void whatIsWrittenToTheCacheIsBilledByItsLife(
      boolean asked, String answer, long shortLived, long longLived) {
    var json = new JsonObject(answer);
    var details =
        new JsonObject()
            .put("cache_write_tokens", 70)
            .put("cache_write_tokens_details", json.remove("split"));
    json.put(
        "usage", new JsonObject().put("input_tokens", 100).put("input_tokens_details", details));
    var usage = new OpenAiUsage(asked);
    usage.accept(json);
    assertThat(usage.reported().tokens())
        .contains(new Tokens(30, 0, 0, shortLived, longLived, 0, 0, 0));
  }

  @Test
  void groqsUsageIsFoundInItsOwnPlace() {
    Reported reported =
        OpenAiUsage.read(
            new JsonObject(
                "{\"id\":\"c1\",\"model\":\"llama\",\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}}"));
    assertThat(reported.tokens()).contains(new Tokens(4, 2, 0, 0, 0, 0, 0, 0));
    assertThat(reported.model()).isEqualTo("llama");
    assertThat(reported.id()).isEqualTo("c1");
  }

  @Test
  void eventsOfTheResponsesApiCarryTheirAnswerInside() {
    Reported reported =
        OpenAiUsage.read(
            new JsonObject(
                "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5\",\"usage\":{\"input_tokens\":4,\"output_tokens\":2}}}"));
    assertThat(reported.tokens()).contains(new Tokens(4, 2, 0, 0, 0, 0, 0, 0));
    assertThat(reported.model()).isEqualTo("gpt-5");
    assertThat(reported.id()).isEqualTo("resp_1");
  }

  /** Whatever says nothing about usage is unknown, never zero. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"usage\":null}",
        "{\"usage\":[]}",
        "{\"usage\":12}",
        "{\"x_groq\":{\"usage\":null}}",
        "{\"x_groq\":7}",
        "{\"response\":{}}",
        "{\"response\":{\"usage\":null}}",
        "{\"model\":7,\"id\":{},\"response\":\"text\"}",
      })
  void silenceIsNotZero(String answer) {
    assertThat(OpenAiUsage.read(new JsonObject(answer))).isEqualTo(Reported.NOTHING);
  }

  /** An audio transcription is billed by the minute: it reports seconds, not tokens. */
  @Test
  void aDurationIsNoTokenCount() {
    var answer =
        new JsonObject("{\"text\":\"hi\",\"usage\":{\"type\":\"duration\",\"seconds\":3}}");
    assertThat(OpenAiUsage.read(answer).tokens()).isEmpty();
  }

  @Test
  void aNewerReportReplacesCountsAndKeepsNames() {
    Reported first =
        OpenAiUsage.read(
            new JsonObject("{\"id\":\"a\",\"model\":\"m\",\"usage\":{\"prompt_tokens\":1}}"));
    Reported second = OpenAiUsage.read(new JsonObject("{\"usage\":{\"prompt_tokens\":2}}"));
    assertThat(first.then(second)).isEqualTo(Reported.of(second.tokens(), "m", "a"));
    assertThat(first.then(Reported.NOTHING)).isEqualTo(first);
  }
}
