package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.adp.domain.Tokens;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMeterTest {
  private static final String FIRST =
      "{\"candidates\":[{\"text\":\"}],{\\\"usageMetadata\\\":{}\"}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":1},\"modelVersion\":\"g\"}";
  private static final String LAST =
      "{\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":8}}";
  private static final Tokens TOKENS = new Tokens(9, 8, 0, 0, 0, 0, 0, 0);

  /** However the array is laid out and wherever it is split, its last element counts. */
  @ParameterizedTest
  @ValueSource(strings = {"[%s,%s]", "[%s\n,\r\n%s\n]", " [ %s , %s ] "})
  void anArrayIsReadObjectByObject(String layout) {
    Buffer body = Buffer.buffer(layout.formatted(FIRST, LAST));
    for (int split = 0; split <= body.length(); split++) {
      var meter = new JsonMeter(new GeminiUsage());
      assertThat(meter.accept(body.slice(0, split)).length()).isEqualTo(split);
      meter.accept(body.slice(split, body.length()));
      assertThat(meter.end().length()).isZero();
      assertThat(meter.reported().tokens()).contains(TOKENS);
      assertThat(meter.reported().model()).isEqualTo("g");
    }
  }

  @Test
  void aCutArrayKeepsWhatItsElementsHaveSaid() {
    var meter = new JsonMeter(new GeminiUsage());
    meter.accept(Buffer.buffer("[" + LAST + "," + FIRST.substring(0, 40)));
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  /** Usage before or behind megabytes of content, none of which is kept. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":\"%s\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8}}",
        "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8},\"data\":\"%s\"}",
        "{\"data\":[{\"b64_json\":\"%s\",\"usage\":1}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8}}",
      })
  void anAnswerOfAnySizeIsRead(String layout) {
    var meter = new JsonMeter(new OpenAiUsage(false));
    meter.accept(Buffer.buffer(layout.formatted("x".repeat(3 << 20))));
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "[1,2]", "\"text\"", "{", "{]", "not json"})
  void whatTellsNothingIsNothing(String body) {
    var meter = new JsonMeter(new GeminiUsage());
    meter.accept(Buffer.buffer(body));
    assertThat(meter.reported()).isEqualTo(Reported.NOTHING);
  }

  /** Whoever ends the call for it asks what was told before. */
  @Test
  void anObjectThatCannotBeReadIsReadOnce() {
    var meter = new JsonMeter(new Failing());
    assertThatIllegalStateException().isThrownBy(() -> meter.accept(Buffer.buffer(LAST)));
    assertThat(meter.reported()).isEqualTo(Reported.NOTHING);
  }

  private static final class Failing implements UsageReader {
    @Override
    public JsonKeys telling() {
      return JsonKeys.of("usageMetadata");
    }

    @Override
    public Set<String> envelopes() {
      return Set.of();
    }

    @Override
    public List<String> marks() {
      return List.of();
    }

    @Override
    public Set<String> lastEvents() {
      return Set.of();
    }

    @Override
    public void accept(JsonObject object) {
      throw new IllegalStateException();
    }

    @Override
    public Reported reported() {
      return Reported.NOTHING;
    }
  }
}
