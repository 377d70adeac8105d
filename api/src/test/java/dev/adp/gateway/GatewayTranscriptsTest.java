package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.CallTranscript;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Transcripts;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway keeps of what is said, and when. */
@Timeout(60)
class GatewayTranscriptsTest {
  private static final Transcripts BOTH = new Transcripts(true, true);
  private static final String CONVERSATION = "x-redpanda-genai-conversation";
  private static final String HELLO =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Say marker-in\"}]}";
  private static final String ANSWER =
      """
      {"id":"chatcmpl-1","model":"gpt-4o","choices":[{"finish_reason":"stop","message":{"content":"marker-out"}}],
       "usage":{"prompt_tokens":10,"completion_tokens":5}}
      """;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  static Stream<Dialogue> dialogues() {
    return Dialogue.all();
  }

  static Draft recording(Draft draft, Transcripts transcripts) {
    return new Draft(
        draft.name(),
        draft.displayName(),
        draft.description(),
        draft.enabled(),
        draft.config(),
        draft.models(),
        transcripts);
  }

  private void record(Transcripts transcripts) {
    rig.change(draft -> recording(draft, transcripts));
  }

  private static JsonArray messages(RecordedMessages recorded) {
    return new JsonArray(recorded.json());
  }

  /** A recording provider of the dialogue's type before the upstream. */
  private HttpRequest call(Dialogue dialogue, String path) {
    String here = "http://127.0.0.1:" + rig.upstreamPort();
    String name = "t-" + dialogue.name();
    Draft draft =
        switch (dialogue.provider()) {
          case "openai" -> Drafts.openAi(name, here + "/v1");
          case "anthropic" -> Drafts.anthropic(name, here);
          case "google" -> Drafts.google(name, here);
          default -> Drafts.bedrock(name, "us-east-1");
        };
    if (dialogue.provider().equals("bedrock")) {
      draft = draft.withConfig(bedrock(here));
    }
    rig.provider(recording(draft, BOTH));
    return HttpRequest.newBuilder(rig.uri("/llm/v1/providers/" + name + path))
        .header("x-redpanda-cloud-token", rig.token())
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(dialogue.request()))
        .build();
  }

  private static ProviderConfig bedrock(String here) {
    return new ProviderConfig.Bedrock(
        new AwsRegion("us-east-1"),
        Optional.of(BaseUrl.of("bedrock_config.base_url", here)),
        new AwsCredential.StaticKeys(Drafts.OPENAI_API_KEY, Drafts.OPENAI_API_KEY),
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  void everyDialectIsReadWhole(Dialogue dialogue) throws Exception {
    rig.answersJson(dialogue.answer());
    HttpResponse<String> response = rig.send(call(dialogue, dialogue.path()));
    assertThat(response.body()).isEqualTo(dialogue.answer());
    assertWhole();
  }

  /** Every byte arrives by itself. */
  @ParameterizedTest
  @MethodSource("dialogues")
  void everyDialectIsReadFromAStreamInSingleBytes(Dialogue dialogue) throws Exception {
    rig.answers(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("content-type", dialogue.streamType());
          Buffer stream = dialogue.stream();
          for (int i = 0; i < stream.length(); i++) {
            response.write(stream.getBuffer(i, i + 1));
          }
          response.end();
        });
    var _ = rig.send(call(dialogue, dialogue.streamPath()));
    assertWhole();
  }

  private void assertWhole() throws InterruptedException {
    CallTranscript turn = rig.transcripts().next();
    assertThat(messages(turn.input().orElseThrow())).isEqualTo(Dialogue.expectedInput());
    assertThat(messages(turn.output().orElseThrow())).isEqualTo(Dialogue.expectedOutput());
    assertThat(turn.input().orElseThrow().truncated()).isFalse();
    assertThat(turn.output().orElseThrow().truncated()).isFalse();
    assertThat(turn.finishReasons()).containsExactly("tool_call");
  }

  @Test
  void nothingIsKeptUnlessItIsRecorded() throws Exception {
    rig.answersJson(ANSWER);
    for (Transcripts toggles :
        new Transcripts[] {
          Transcripts.OFF, new Transcripts(true, false), new Transcripts(false, true), BOTH
        }) {
      record(toggles);
      var _ = rig.send(chatWith(CONVERSATION, "talk-1"));
      CallTranscript turn = rig.transcripts().next();
      assertThat(turn.input().isPresent()).isEqualTo(toggles.recordInputMessages());
      assertThat(turn.output().isPresent()).isEqualTo(toggles.recordOutputMessages());
      assertThat(turn.input().map(RecordedMessages::json).orElse("").contains("marker-in"))
          .isEqualTo(toggles.recordInputMessages());
      assertThat(turn.output().map(RecordedMessages::json).orElse("").contains("marker-out"))
          .isEqualTo(toggles.recordOutputMessages());
      assertThat(turn.traceId()).matches("[0-9a-f]{32}");
      assertThat(turn.spanId()).matches("[0-9a-f]{16}");
    }
    assertThat(rig.metrics()).doesNotContain("marker");
    assertThat(rig.log()).isNotEmpty().noneMatch(line -> line.contains("marker"));
  }

  /** The toggle of the moment when the call began counts. */
  @Test
  void togglesActOnNewCallsOnly() throws Exception {
    record(BOTH);
    var asked = new CompletableFuture<HttpServerRequest>();
    rig.answers(asked::complete);
    var answer = rig.client().sendAsync(rig.chat(HELLO), HttpResponse.BodyHandlers.ofString());
    HttpServerRequest upstream = asked.get(20, TimeUnit.SECONDS);
    record(Transcripts.OFF);
    var _ = upstream.response().putHeader("content-type", "application/json").end(ANSWER);
    assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(rig.transcripts().next().output().orElseThrow().json()).contains("marker-out");
    rig.answersJson(ANSWER);
    var _ = rig.send(chatWith(CONVERSATION, "talk-1"));
    assertThat(rig.transcripts().next().output()).isEmpty();
  }

  /** It would be a conversation of one turn without a word. */
  @Test
  void aCallThatIsNotRecordedIsATurnOnlyOfAConversationThatItNames() throws Exception {
    rig.answersJson(ANSWER);
    var _ = rig.send(rig.chat(HELLO));
    for (String header : new String[] {CONVERSATION, "x-claude-code-session-id"}) {
      var _ = rig.send(chatWith(header, "talk-1"));
      RecordingTranscripts.Kept kept = rig.transcripts().nextKept();
      assertThat(kept.record().conversationId()).isEqualTo("talk-1");
      assertThat(kept.transcript().input()).isEmpty();
      assertThat(kept.transcript().output()).isEmpty();
    }
    assertThat(rig.transcripts().pending()).isZero();
    for (Transcripts one :
        new Transcripts[] {new Transcripts(true, false), new Transcripts(false, true)}) {
      record(one);
      var _ = rig.send(rig.chat(HELLO));
      assertThat(rig.transcripts().nextKept().record().conversationId()).isEmpty();
    }
  }

  @Test
  void aTurnHasItsPlaceInTheCallersTrace() throws Exception {
    record(BOTH);
    rig.answersJson(ANSWER);
    String trace = "0af7651916cd43dd8448eb211c80319c";
    for (String header :
        new String[] {
          "00-" + trace + "-b7ad6b7169203331-01", "00-" + trace + "-b7ad6b7169203331-00"
        }) {
      var _ = rig.send(chatWith("traceparent", header));
      CallTranscript turn = rig.transcripts().next();
      assertThat(turn.traceId()).isEqualTo(trace);
      assertThat(turn.parentSpanId()).contains("b7ad6b7169203331");
      assertThat(turn.spanId()).isNotEqualTo("b7ad6b7169203331");
    }
    for (String bad :
        new String[] {"nonsense", "00-" + "0".repeat(32) + "-b7ad6b7169203331-01", "00-zz-zz-01"}) {
      var _ = rig.send(chatWith("traceparent", bad));
      CallTranscript turn = rig.transcripts().next();
      assertThat(turn.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(trace);
      assertThat(turn.parentSpanId()).isEmpty();
    }
  }

  private HttpRequest chatWith(String header, String value) {
    return rig.call(GatewayRig.CHAT)
        .header("content-type", "application/json")
        .header(header, value)
        .POST(BodyPublishers.ofString(HELLO))
        .build();
  }

  @Test
  void aResponseNamesTheOneBefore() throws Exception {
    rig.answersJson("{\"id\":\"resp_2\",\"status\":\"completed\",\"output\":[]}");
    var _ =
        rig.send(
            rig.call("/responses")
                .header(CONVERSATION, "talk-1")
                .POST(
                    BodyPublishers.ofString(
                        "{\"model\":\"gpt-4o\",\"previous_response_id\":\"resp_1\",\"input\":\"x\"}"))
                .build());
    RecordingTranscripts.Kept kept = rig.transcripts().nextKept();
    assertThat(kept.transcript().previousResponseId()).isEqualTo("resp_1");
    assertThat(kept.record().upstreamId()).isEqualTo("resp_2");
    assertThat(kept.record().conversationId()).isEqualTo("talk-1");
  }

  @Test
  void whatAnUpstreamRefusesSaysNothing() throws Exception {
    record(BOTH);
    rig.answers(
        request ->
            request
                .response()
                .setStatusCode(429)
                .putHeader("content-type", "application/json")
                .end("{\"error\":{\"message\":\"slow down\"}}"));
    var _ = rig.send(rig.chat(HELLO));
    RecordingTranscripts.Kept kept = rig.transcripts().nextKept();
    assertThat(kept.record().outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(kept.transcript().input().orElseThrow().json()).contains("marker-in");
    assertThat(kept.transcript().output().orElseThrow().json()).isEqualTo("[]");
  }

  @Test
  void whatCannotBeReadIsCounted() throws Exception {
    record(BOTH);
    rig.answers(
        request -> request.response().putHeader("content-type", "application/json").end("Oops"));
    var _ = rig.send(rig.chat("not JSON"));
    CallTranscript turn = rig.transcripts().next();
    assertThat(turn.input()).contains(RecordedMessages.UNREADABLE);
    assertThat(turn.output()).contains(RecordedMessages.UNREADABLE);
    assertThat(rig.metrics()).contains("adp_transcript_bodies_lost_total{reason=\"unreadable\"} 2");
  }

  @Test
  void onlyWorkOfModelsIsATurn() throws Exception {
    record(BOTH);
    rig.answersJson("{\"data\":[]}");
    var _ = rig.send(rig.call("/models").build());
    var _ =
        rig.send(
            rig.call("/embeddings")
                .POST(BodyPublishers.ofString("{\"model\":\"e\",\"input\":\"marker\"}"))
                .build());
    rig.answersJson(ANSWER);
    var _ = rig.send(rig.chat(HELLO));
    assertThat(rig.transcripts().nextKept().record().operation()).contains("/chat/completions");
    assertThat(rig.transcripts().pending()).isZero();
  }

  @Test
  void aClientThatLeavesHasHeardWhatHadCome() throws Exception {
    record(BOTH);
    rig.answers(
        request ->
            request
                .response()
                .setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .write("data: {\"choices\":[{\"delta\":{\"content\":\"marker-out\"}}]}\n\n"));
    try (var socket = rig.rawChat(HELLO.replace("{\"model\"", "{\"stream\":true,\"model\""))) {
      byte[] seen = new byte[4_096];
      var text = new StringBuilder();
      while (!text.toString().contains("marker-out")) {
        text.append(new String(seen, 0, socket.getInputStream().read(seen), UTF_8));
      }
    }
    RecordingTranscripts.Kept kept = rig.transcripts().nextKept();
    assertThat(kept.record().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(kept.transcript().output().orElseThrow().json()).contains("marker-out");
  }
}
