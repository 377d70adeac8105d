package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageRequestTest {
  /** The edit is shown whole: whatever is not in the difference stayed as it was. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {\"stream_options\":{\"include_usage\":true}}",
        "{ } | {\"stream_options\":{\"include_usage\":true} }",
        "{\"a\":1} | {\"stream_options\":{\"include_usage\":true},\"a\":1}",
        "{ \"a\" : 1 } | {\"stream_options\":{\"include_usage\":true}, \"a\" : 1 }",
        "{\"stream_options\":{}} | {\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{ }} | {\"stream_options\":{\"include_usage\":true }}",
        "{\"stream_options\":null,\"a\":1} | {\"stream_options\":{\"include_usage\":true},\"a\":1}",
        "{\"a\":1,\"stream_options\": null } | {\"a\":1,\"stream_options\": {\"include_usage\":true} }",
        "{\"stream_options\":{\"x\":2}} | {\"stream_options\":{\"include_usage\":true,\"x\":2}}",
        "{\"stream_options\":{\"include_usage\":false}} | {\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{\"include_usage\" : false , \"x\":2}} | {\"stream_options\":{\"include_usage\" : true , \"x\":2}}",
        "{\"stream_options\":{\"x\":{\"include_usage\":true}}} | {\"stream_options\":{\"include_usage\":true,\"x\":{\"include_usage\":true}}}",
        "{\"stream_options\":{\"include_usage\":null}} | {\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{\"include\\u005fusage\":false}} | {\"stream_options\":{\"include\\u005fusage\":true}}",
        "{\"n\":1e400,\"m\":1.0000000000000000001,\"s\":\"\\u00e9\\/\\ud83d\",\"s\":2} | {\"stream_options\":{\"include_usage\":true},\"n\":1e400,\"m\":1.0000000000000000001,\"s\":\"\\u00e9\\/\\ud83d\",\"s\":2}",
      })
  void usageIsAskedForAndNothingElseIsTouched(String body, String expected) {
    assertThat(added(body).map(Buffer::toString)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{\"include\\u005fusage\":true}}",
        "{\"stream_options\":{\"include_usage\":false,\"include_usage\":false}}",
        "{\"stream_options\":{},\"stream_options\":{}}",
        "{\"stream_options\":{},\"stream\\u005foptions\":{}}",
        "{\"stream_options\":[]}",
        "{\"stream_options\":1}",
        "{\"stream_options\":\"null\"}",
        "{\"stream_options\":nul }",
        "{\"stream_options\":oops}",
        "[]",
        "{",
        "",
      })
  void whatAsksAlreadyOrCannotBeEditedSafelyIsLeftAlone(String body) {
    assertThat(added(body)).isEmpty();
  }

  @Test
  void optionsLargerThanAnyWeKnowAreLeftAlone() {
    assertThat(added("{\"stream_options\":{\"x\":\"" + "y".repeat(5_000) + "\"}}")).isEmpty();
  }

  @Test
  void theEditedBodyIsJsonThatAsksForUsageAndKeepsAllElse() {
    String messages = "[{\"role\":\"user\",\"content\":\"{\\\"stream_options\\\":null}\"}]";
    for (String options :
        new String[] {"", ",\"stream_options\":{}", ",\"stream_options\":{\"a\":1}"}) {
      String body = "\n{\"messages\":" + messages + options + ",\"stream\":true}\n";
      var edited = new JsonObject(added(body).orElseThrow());
      assertThat(edited.getJsonObject("stream_options").getBoolean("include_usage")).isTrue();
      edited.remove("stream_options");
      var before = new JsonObject(body);
      before.remove("stream_options");
      assertThat(edited).isEqualTo(before);
    }
  }

  private static Optional<Buffer> added(String body) {
    var members = new JsonMembers(JsonKeys.of("model", "stream", "stream_options"), 4_096);
    Buffer bytes = Buffer.buffer(body);
    members.accept(bytes);
    return UsageRequest.added(bytes, members);
  }
}
