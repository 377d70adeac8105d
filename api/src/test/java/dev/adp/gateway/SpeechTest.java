package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.RecordedMessages;
import dev.adp.gateway.speech.MessageLimits;
import dev.adp.gateway.speech.SaidAnswer;
import dev.adp.gateway.speech.Speech;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of every dialect in the form of the conventions. */
class SpeechTest {
  private static final MessageLimits ROOMY = new MessageLimits(64 << 10, 2 << 20);

  static Stream<Dialogue> dialogues() {
    return Dialogue.all();
  }

  private static JsonArray messages(RecordedMessages recorded) {
    return new JsonArray(recorded.json());
  }

  private static RecordedMessages asked(Speech speech, String body) {
    return speech.request(body.getBytes(UTF_8), true, ROOMY).orElseThrow();
  }

  private static SaidAnswer answered(Speech speech, String type, byte[] body) {
    SaidAnswer answer = speech.answer();
    AnswerEvents.read(type, body, answer);
    return answer;
  }

  private static JsonArray said(Speech speech, String json) {
    return messages(
        answered(speech, "application/json", json.getBytes(UTF_8)).recorded(ROOMY, true));
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  void theSameConversationGivesTheSameMessages(Dialogue dialogue) {
    RecordedMessages input = asked(dialogue.speech(), dialogue.request());
    assertThat(messages(input)).isEqualTo(Dialogue.expectedInput());
    assertThat(input.truncated()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  void theSameAnswerGivesTheSameMessage(Dialogue dialogue) {
    SaidAnswer answer =
        answered(dialogue.speech(), "application/json", dialogue.answer().getBytes(UTF_8));
    assertThat(messages(answer.recorded(ROOMY, true))).isEqualTo(Dialogue.expectedOutput());
    assertThat(answer.finishReasons()).containsExactly("tool_call");
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  void soDoesTheStream(Dialogue dialogue) {
    SaidAnswer answer =
        answered(dialogue.speech(), dialogue.streamType(), dialogue.stream().getBytes());
    RecordedMessages output = answer.recorded(ROOMY, true);
    assertThat(messages(output)).isEqualTo(Dialogue.expectedOutput());
    assertThat(output.truncated()).isFalse();
    assertThat(answer.finishReasons()).containsExactly("tool_call");
  }

  /** Of a stream that breaks off anywhere there is what had come, and never an exception. */
  @ParameterizedTest
  @MethodSource("dialogues")
  void aStreamMayBreakOffAnywhere(Dialogue dialogue) {
    byte[] stream = dialogue.stream().getBytes();
    int before = 0;
    for (int end = 0; end <= stream.length; end++) {
      SaidAnswer answer =
          answered(dialogue.speech(), dialogue.streamType(), Arrays.copyOf(stream, end));
      JsonArray output = messages(answer.recorded(ROOMY, false));
      int chars = output.isEmpty() ? 0 : text(output).length();
      assertThat("12 degrees. Now \"Bergen\" ☔").as("%d bytes", end).startsWith(text(output));
      before = Math.max(before, chars);
    }
    assertThat(before).isEqualTo("12 degrees. Now \"Bergen\" ☔".length());
  }

  private static String text(JsonArray messages) {
    var text = new StringBuilder();
    for (int i = 0; i < messages.size(); i++) {
      JsonArray parts = messages.getJsonObject(i).getJsonArray("parts");
      for (int j = 0; j < parts.size(); j++) {
        if (parts.getJsonObject(j).getString("type").equals("text")) {
          text.append(parts.getJsonObject(j).getString("content"));
        }
      }
    }
    return text.toString();
  }

  /** A request that was cut gives the messages before, marked. */
  @ParameterizedTest
  @MethodSource("dialogues")
  void aRequestMayBeCutAnywhere(Dialogue dialogue) {
    byte[] request = dialogue.request().strip().getBytes(UTF_8);
    for (int end = 1; end < request.length; end++) {
      RecordedMessages input =
          dialogue.speech().request(Arrays.copyOf(request, end), false, ROOMY).orElseThrow();
      assertThat(input.truncated()).isTrue();
      assertThat(text(Dialogue.expectedInput()))
          .as("%d bytes", end)
          .startsWith(text(messages(input)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{\"messages\":7,\"input\":{\"a\":[null]},\"contents\":\"x\",\"system\":{},\"prompt\":[1,[2]]}",
        "{\"messages\":[null,1,{\"role\":1,\"content\":{\"type\":3}},{\"role\":\"tool\"}],\"input\":[null,{\"type\":\"message\"}]}",
        "{\"contents\":[{\"parts\":[null,\"x\",{}]}],\"choices\":[{\"delta\":null},{\"message\":{\"tool_calls\":[{}]}}]}",
        "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\"}}",
        "{\"output\":[{}],\"status\":7,\"candidates\":[{\"content\":{\"parts\":{}}}],\"content\":[{}]}"
      })
  void oddBodiesHurtNobody(String body) {
    for (Speech speech : Speech.values()) {
      var _ = speech.request(body.getBytes(UTF_8), true, ROOMY);
      SaidAnswer answer = answered(speech, "application/json", body.getBytes(UTF_8));
      assertThat(new JsonArray(answer.recorded(ROOMY, true).json())).isNotNull();
      var _ = answered(speech, "text/event-stream", ("data: " + body).getBytes(UTF_8));
      var _ = answered(speech, "application/vnd.amazon.eventstream", body.getBytes(UTF_8));
    }
  }

  @Test
  void deepNestingHurtsNobody() {
    String deep = "{\"messages\":[{\"role\":\"user\",\"content\":" + "[".repeat(100_000);
    assertThat(Speech.CHAT.request(deep.getBytes(UTF_8), true, ROOMY).orElseThrow().truncated())
        .isTrue();
  }

  @Test
  void choicesStandSideBySide() {
    JsonArray said =
        said(
            Speech.CHAT,
            """
            {"choices":[{"index":1,"message":{"content":"two"},"finish_reason":"length"},
              {"index":0,"message":{"content":"one","refusal":null},"finish_reason":"stop"}]}
            """);
    assertThat(said)
        .isEqualTo(
            new JsonArray(
                """
                [{"role":"assistant","parts":[{"type":"text","content":"one"}],"finish_reason":"stop"},
                 {"role":"assistant","parts":[{"type":"text","content":"two"}],"finish_reason":"length"}]
                """));
  }

  @Test
  void modelsWithoutMessagesAreReadToo() {
    var hello =
        new JsonArray(
            "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Say hello\"}]}]");
    for (String body :
        List.of(
            "{\"prompt\":\"Say hello\"}",
            "{\"inputText\":\"Say hello\"}",
            "{\"message\":\"Say hello\"}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}")) {
      assertThat(messages(asked(Speech.INVOKE, body))).as(body).isEqualTo(hello);
    }
    for (String answer :
        List.of(
            "{\"generation\":\"Hello\",\"stop_reason\":\"stop\"}",
            "{\"results\":[{\"outputText\":\"Hello\",\"completionReason\":\"FINISH\"}]}",
            "{\"outputs\":[{\"text\":\"Hello\",\"stop_reason\":\"stop\"}]}",
            "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}")) {
      assertThat(said(Speech.INVOKE, answer).encode())
          .as(answer)
          .isEqualTo(
              "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"Hello\"}],\"finish_reason\":\"stop\"}]");
    }
    assertThat(messages(asked(Speech.EMBEDDINGS, "{\"input\":[\"Say hello\"]}"))).isEqualTo(hello);
    assertThat(said(Speech.COMPLETIONS, "{\"choices\":[{\"text\":\"Hello\"}]}").encode())
        .contains("\"Hello\"");
  }

  /** Data stays out, whatever the shape: only its kind and size are told. */
  @Test
  void dataIsNeverKept() {
    String data = "QUJD".repeat(3_000);
    for (String part :
        List.of(
            "{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"wav\",\"data\":\"%s\"}}",
            "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,%s\"}}",
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}",
            "{\"type\":\"something_new\",\"payload\":{\"bytes\":\"%s\"}}")) {
      String json =
          asked(
                  Speech.CHAT,
                  "{\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}"
                      .formatted(part.formatted(data)))
              .json();
      assertThat(json).doesNotContain("QUJDQUJD").hasSizeLessThan(200);
    }
  }

  @Test
  void longMessagesAreCutBetweenCharacters() {
    String body =
        new JsonObject()
            .put(
                "messages",
                new JsonArray()
                    .add(new JsonObject().put("role", "user").put("content", "☂".repeat(100))))
            .encode();
    RecordedMessages cut =
        Speech.CHAT.request(body.getBytes(UTF_8), true, new MessageLimits(10, 1_000)).orElseThrow();
    assertThat(cut.truncated()).isTrue();
    assertThat(text(messages(cut))).isEqualTo("☂☂☂…");
  }

  @Test
  void ofManyMessagesTheInstructionsAndTheNewestStay() {
    var all = new JsonArray().add(new JsonObject().put("role", "system").put("content", "rules"));
    for (int i = 0; i < 100; i++) {
      all.add(new JsonObject().put("role", "user").put("content", "message " + i));
    }
    RecordedMessages some =
        Speech.CHAT
            .request(
                new JsonObject().put("messages", all).encode().getBytes(UTF_8),
                true,
                new MessageLimits(1_000, 300))
            .orElseThrow();
    assertThat(some.truncated()).isTrue();
    assertThat(some.json().length()).isLessThan(310);
    assertThat(text(messages(some))).startsWith("rules").endsWith("message 98message 99");
  }

  /** No column takes them. */
  @Test
  void whatNoDatabaseTakesIsReplaced() {
    assertThat(
            asked(
                    Speech.CHAT,
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0000b\\ud800c\\ud83d\\ude00\"}]}")
                .json())
        .contains("a\uFFFDb\uFFFDc\uD83D\uDE00");
  }

  /** Whether it comes as a step, within a message, or in an answer that tells of it again. */
  @Test
  void whatAToolAnsweredIsNobodysText() {
    String result =
        "{\"type\":\"function_result\",\"call_id\":\"c1\",\"name\":\"get_weather\",\"result\":\"12 degrees\"}";
    String expected =
        """
        [{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"12 degrees"}]}%s]
        """;
    for (String input :
        List.of(
            "[%s]",
            "[{\"role\":\"user\",\"content\":[%s]}]",
            "[{\"type\":\"user_input\",\"content\":[%s]}]",
            "{\"role\":\"user\",\"content\":%s}")) {
      assertThat(
              messages(
                  asked(Speech.INTERACTIONS, "{\"input\":%s}".formatted(input.formatted(result)))))
          .as(input)
          .isEqualTo(new JsonArray(expected.formatted("")));
    }
    assertThat(
            messages(
                asked(
                    Speech.INTERACTIONS,
                    "{\"input\":[{\"role\":\"user\",\"content\":[%s,{\"type\":\"text\",\"text\":\"And now?\"}]}]}"
                        .formatted(result))))
        .isEqualTo(
            new JsonArray(
                expected.formatted(
                    ",{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"And now?\"}]}")));
    String said =
        "{\"type\":\"model_output\",\"content\":[{\"type\":\"text\",\"text\":\"Mild.\"}]}";
    JsonArray answered =
        said(
            Speech.INTERACTIONS,
            "{\"id\":\"i1\",\"status\":\"completed\",\"steps\":[%s,%s]}".formatted(result, said));
    assertThat(answered.encode()).contains("Mild.").doesNotContain("12 degrees");
    String streamed =
        """
        data: {"event_type":"step.start","index":0,"step":%s}

        data: {"event_type":"step.start","index":1,"step":{"type":"model_output"}}

        data: {"event_type":"step.delta","index":1,"delta":{"type":"text","text":"Mild."}}

        """
            .formatted(result);
    assertThat(
            answered(Speech.INTERACTIONS, "text/event-stream", streamed.getBytes(UTF_8))
                .recorded(ROOMY, true)
                .json())
        .contains("Mild.")
        .doesNotContain("12 degrees");
  }

  /** Of what a client sends again, the searches of the model are not words of the user. */
  @Test
  void toolsOfTheProviderAreTheModels() {
    JsonArray asked =
        messages(
            asked(
                Speech.INTERACTIONS,
                """
                {"input":[{"type":"google_search_call","id":"s1","arguments":{"queries":["Oslo"]}},
                 {"type":"google_search_result","call_id":"s1","result":[]}]}
                """));
    assertThat(asked).hasSize(1);
    assertThat(asked.getJsonObject(0).getString("role")).isEqualTo("assistant");
    assertThat(asked.encode()).contains("server_tool_call", "server_tool_call_response");
  }
}
