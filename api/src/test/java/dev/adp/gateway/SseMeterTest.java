package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseMeterTest {
  private static final String HELLO =
      "data: {\"id\":\"c1\",\"model\":\"gpt-4o-2024\",\"choices\":[{\"delta\":{\"content\":\"hé\"}}],\"usage\":null}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c1\",\"model\":\"gpt-4o-2024\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void theAddedEventAndNothingElseIsSwallowedWhereverTheStreamIsSplit(String lineEnd) {
    String before = ": hi\n\nevent: message\n" + HELLO + HELLO;
    String input = (before + USAGE + DONE).replace("\n", lineEnd);
    String expected = (before + DONE).replace("\n", lineEnd);
    for (int split = 0; split <= input.length(); split++) {
      var meter = new SseMeter(new OpenAiUsage(false), true);
      assertThat(passed(meter, input, split)).isEqualTo(expected);
      assertThat(meter.reported())
          .isEqualTo(Reported.of(java.util.Optional.of(TOKENS), "gpt-4o-2024", "c1"));
      assertThat(meter.complete()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void everyByteArrivingAloneMakesNoDifference(String lineEnd) {
    String input = (HELLO + USAGE + DONE).replace("\n", lineEnd);
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(byteByByte(meter, input)).isEqualTo((HELLO + DONE).replace("\n", lineEnd));
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void aClientThatAskedForUsageGetsEveryByteAtOnce(String lineEnd) {
    String input = (HELLO + USAGE + DONE).replace("\n", lineEnd);
    Buffer bytes = Buffer.buffer(input);
    for (int split = 0; split <= bytes.length(); split++) {
      var meter = new SseMeter(new OpenAiUsage(false), false);
      assertThat(meter.accept(bytes.slice(0, split))).isEqualTo(bytes.slice(0, split));
      assertThat(meter.accept(bytes.slice(split, bytes.length())))
          .isEqualTo(bytes.slice(split, bytes.length()));
      assertThat(meter.end().length()).isZero();
      assertThat(meter.reported().tokens()).contains(TOKENS);
    }
  }

  @Test
  void anEventLeavesAsSoonAsItIsWhole() {
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(meter.accept(Buffer.buffer(HELLO))).hasToString(HELLO);
    assertThat(meter.accept(Buffer.buffer("data: {\"id\":")).length()).isZero();
    assertThat(meter.complete()).isFalse();
  }

  @Test
  void usageOnEveryChunkIsCumulativeSoTheLastCounts() {
    var meter = new SseMeter(new OpenAiUsage(false), true);
    String chunks =
        Stream.of(1, 2, 3)
            .map(
                n ->
                    "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":%d}}\n\n"
                        .formatted(n))
            .reduce("", String::concat);
    assertThat(passed(meter, chunks + DONE, 40)).isEqualTo(chunks + DONE);
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  @Test
  void aNullUsageIsNone() {
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(passed(meter, HELLO + DONE, 7)).isEqualTo(HELLO + DONE);
    assertThat(meter.reported().tokens()).isEmpty();
  }

  /** Azure's first event has no choices either, but no usage. */
  @Test
  void anEventWithoutChoicesAndWithoutUsageIsTheClients() {
    String azure = "data: {\"choices\":[],\"prompt_filter_results\":[],\"usage\":null}\n\n";
    assertThat(passed(new SseMeter(new OpenAiUsage(false), true), azure + HELLO, 3))
        .isEqualTo(azure + HELLO);
  }

  @Test
  void aStreamThatEndsInsideAnEventKeepsItsBytes() {
    String cut = HELLO + "data: {\"id\":\"c1\",\"choi";
    for (int split = 0; split <= cut.length(); split++) {
      assertThat(passed(new SseMeter(new OpenAiUsage(false), true), cut, split)).isEqualTo(cut);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r", "\r\n"})
  void theAddedEventIsSwallowedWithoutItsBlankLineToo(String end) {
    String usage = USAGE.substring(0, USAGE.length() - 2) + end;
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(passed(meter, HELLO + usage, 30)).isEqualTo(HELLO);
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  @Test
  void doneWithoutItsBlankLineCompletesAtTheEnd() {
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(passed(meter, HELLO + "data: [DONE]", 30)).isEqualTo(HELLO + "data: [DONE]");
    assertThat(meter.complete()).isTrue();
  }

  @Test
  void doneWithoutASpaceCompletesToo() {
    var meter = new SseMeter(new OpenAiUsage(false), false);
    meter.accept(Buffer.buffer("data:[DONE]\n\n"));
    assertThat(meter.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: [DONE] \n\n",
        "data: \"[DONE]\"\n\n",
        ": [DONE]\n\n",
        "event: [DONE]\n\n",
        "data: {\"content\":\"[DONE]\"}\n\n",
        "data: [DONE]\n",
      })
  void onlyDoneIsDone(String event) {
    var meter = new SseMeter(new OpenAiUsage(false), false);
    meter.accept(Buffer.buffer(event));
    assertThat(meter.complete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: null\n\n",
        "data: \"usage\"\n\n",
        "data: {\"usage\"\n\n",
        "data: [{\"usage\":1}]\n\n",
        "data: {\"usage\":{\"prompt_tokens\":\n\n",
        "data: {\"response\":null,\"usage\":7}\n\n",
        "data: {\"type\":{},\"usage\":{}}\n\n",
        "data: 1e999999999\n\n",
        "data:\n\n",
        "data\n\n",
        "\n\n\n",
        "\ufeffdata: {\"x\":1}\n\n",
        "id: 1\nretry: 5\n\n",
      })
  void whatIsNotAnAnswerPassesAndHarmsNothing(String event) {
    for (boolean swallow : List.of(true, false)) {
      var meter = new SseMeter(new OpenAiUsage(false), swallow);
      String out = byteByByte(meter, event);
      assertThat(out).isEqualTo(event);
      assertThat(passed(meter, USAGE + DONE, 9)).isEqualTo(swallow ? DONE : USAGE + DONE);
      assertThat(meter.reported().tokens()).contains(TOKENS);
    }
  }

  @Test
  void dataOverSeveralLinesIsOneText() {
    String event =
        "data: {\"choices\":[],\ndata:\"usage\":\ndata: {\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";
    var meter = new SseMeter(new OpenAiUsage(false), true);
    assertThat(passed(meter, HELLO + event + DONE, 50)).isEqualTo(HELLO + DONE);
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  /** Memory stays bounded; what is too large to hold is passed on unread. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anEventOfTwoMegabytesPassesUnreadAndTheNextIsMeteredAgain(String lineEnd) {
    String large =
        "data: {\"usage\":{\"prompt_tokens\":999},\"choices\":[],\"x\":\""
            + "y".repeat(2 << 20)
            + "\"}\n"
            + "data: {\"usage\":{\"prompt_tokens\":999},\"choices\":[]}\n\n";
    String input = (HELLO + USAGE + large + USAGE + DONE).replace("\n", lineEnd);
    String expected = (HELLO + large + DONE).replace("\n", lineEnd);
    for (int pieceBytes : new int[] {997, 65_537, 1 << 20}) {
      var meter = new SseMeter(new OpenAiUsage(false), true);
      assertThat(inPieces(meter, input, pieceBytes).equals(expected)).isTrue();
      assertThat(meter.reported().tokens()).contains(TOKENS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "incomplete", "failed"})
  void theLastEventOfTheResponsesApiCompletesTheAnswer(String last) {
    String created =
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"model\":\"gpt-5\",\"usage\":null}}\n\n";
    String end =
        "event: response.%1$s\ndata: {\"type\":\"response.%1$s\",\"response\":{\"id\":\"r1\",\"model\":\"gpt-5\",\"usage\":{\"input_tokens\":12,\"output_tokens\":3}}}\n\n"
            .formatted(last);
    var meter = new SseMeter(new OpenAiUsage(false), false);
    meter.accept(Buffer.buffer(created));
    assertThat(meter.complete()).isFalse();
    meter.accept(Buffer.buffer(end));
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported())
        .isEqualTo(Reported.of(java.util.Optional.of(TOKENS), "gpt-5", "r1"));
  }

  /** A failed response may carry no usage; its stream is over all the same. */
  @Test
  void aFailedResponseWithoutUsageCompletesTheAnswer() {
    var meter = new SseMeter(new OpenAiUsage(false), false);
    for (int i = 0; i < 20; i++) {
      meter.accept(
          Buffer.buffer(
              "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n"));
    }
    meter.accept(
        Buffer.buffer(
            "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"id\":\"r1\"}}\n\n"));
    assertThat(meter.complete()).isTrue();
  }

  /** An image above the limit stands before the usage; the envelope is of each API. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"model\":\"gpt-5\",\"output\":[{\"usage\":1,\"result\":\"%s\"}],\"usage\":{\"input_tokens\":12,\"output_tokens\":3}}}",
        "event: response.completed\ndata:{\"response\":{\"usage\":{\"input_tokens\":12,\"output_tokens\":3},\"id\":\"r1\",\"model\":\"gpt-5\",\"output\":\"%s\"}}",
        "data: {\"type\":\"response.completed\",\ndata: \"x\":\"%s\",\ndata: \"response\":{\"id\":\"r1\",\"model\":\"gpt-5\",\"usage\":{\"input_tokens\":12,\"output_tokens\":3}}}",
      })
  void theUsageOfAnEventOfAnySizeIsFound(String event) {
    String text = event.formatted("x".repeat(3 << 20)) + "\n";
    for (int pieceBytes : new int[] {1_000, 65_536, 1 << 20, 4 << 20}) {
      var meter = new SseMeter(new OpenAiUsage(false), false);
      assertThat(inPieces(meter, text, pieceBytes)).isEqualTo(text);
      assertThat(meter.reported())
          .isEqualTo(Reported.of(java.util.Optional.of(TOKENS), "gpt-5", "r1"));
      assertThat(meter.complete()).isTrue();
    }
  }

  private static String passed(SseMeter meter, String input, int split) {
    Buffer bytes = Buffer.buffer(input);
    int at = Math.min(split, bytes.length());
    return Buffer.buffer()
        .appendBuffer(meter.accept(bytes.slice(0, at)))
        .appendBuffer(meter.accept(bytes.slice(at, bytes.length())))
        .appendBuffer(meter.end())
        .toString();
  }

  private static String byteByByte(SseMeter meter, String input) {
    Buffer out = Buffer.buffer();
    for (byte b : Buffer.buffer(input).getBytes()) {
      out.appendBuffer(meter.accept(Buffer.buffer(new byte[] {b})));
    }
    return out.toString();
  }

  private static String inPieces(SseMeter meter, String input, int pieceBytes) {
    Buffer bytes = Buffer.buffer(input);
    Buffer out = Buffer.buffer();
    for (int i = 0; i < bytes.length(); i += pieceBytes) {
      out.appendBuffer(meter.accept(bytes.slice(i, Math.min(bytes.length(), i + pieceBytes))));
    }
    return out.appendBuffer(meter.end()).toString();
  }
}
