package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.gateway.GatewayRig.Seen;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Anthropic's and Google's own surfaces: where calls go, with whose credential, and what counts.
 */
@Timeout(60)
class GatewaySurfacesTest {
  private static final String MESSAGES = "/v1/messages";
  private static final String GENERATE = "/v1beta/models/gemini-2.5-flash:generateContent";
  private static final String BODY = "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9}";
  private static final String CLIENTS_OWN = "Bearer sk-ant-oat-of-the-client";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
    rig.answersJson("{}");
    rig.provider(Drafts.anthropic("claude", upstream("")));
    rig.provider(Drafts.passthrough("own", upstream("/base/v1")));
    rig.provider(Drafts.google("gemini", upstream("/v1beta")));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String upstream(String path) {
    return "http://127.0.0.1:" + rig.upstreamPort() + path;
  }

  private HttpRequest.Builder call(String provider, String path) {
    return HttpRequest.newBuilder(rig.uri("/llm/v1/providers/" + provider + path))
        .header("content-type", "application/json");
  }

  private Seen seenAfter(HttpRequest.Builder call) throws Exception {
    assertThat(rig.send(call.build()).statusCode()).isEqualTo(200);
    return rig.seen();
  }

  private HttpRequest.Builder messages(String provider) {
    return call(provider, MESSAGES).POST(BodyPublishers.ofString(BODY));
  }

  @ParameterizedTest
  @CsvSource({
    "claude, /v1/messages, /v1/messages",
    "claude, /messages?beta=true, /v1/messages?beta=true",
    "claude, /messages/count_tokens, /v1/messages/count_tokens",
    "gemini, /v1beta/models/g:generateContent, /v1beta/models/g:generateContent",
    "gemini, /v1beta/models/g%3AgenerateContent, /v1beta/models/g%3AgenerateContent",
    "gemini, /chat/completions, /v1beta/openai/chat/completions",
    "gemini, /v1beta/openai/chat/completions, /v1beta/openai/chat/completions",
  })
  void aBaseUrlsVersionIsNeverDoubled(String provider, String path, String upstream)
      throws Exception {
    Seen seen =
        seenAfter(
            call(provider, path)
                .header("authorization", "Bearer " + rig.token())
                .POST(BodyPublishers.ofString(BODY)));
    assertThat(seen.request().uri()).isEqualTo(upstream);
    assertThat(seen.body()).hasToString(BODY);
  }

  @Test
  void anthropicGetsItsKeyInItsOwnHeaderAndNothingOfTheClients() throws Exception {
    Seen seen =
        seenAfter(
            messages("claude")
                .header("x-api-key", rig.token())
                .header("anthropic-version", "2023-06-01")
                .header("anthropic-beta", "a,b"));
    assertThat(seen.request().headers().getAll("x-api-key"))
        .containsExactly(GatewayRig.UPSTREAM_KEY);
    assertThat(seen.request().headers().contains("authorization")).isFalse();
    assertThat(seen.header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(seen.header("anthropic-beta")).isEqualTo("a,b");
    assertThat(seen.request().headers().toString()).doesNotContain(rig.token());
  }

  /** Gemini's clients bring their key in a header or in the query, where it is logged. */
  @ParameterizedTest
  @CsvSource({
    "'?alt=sse', '?alt=sse'",
    "'?key=TOKEN', ''",
    "'?alt=sse&key=TOKEN&x=%2f+y', '?alt=sse&x=%2f+y'",
    "'?k%65y=TOKEN&alt=sse', '?alt=sse'",
    "'?a=1&&b&alt=sse', '?a=1&&b&alt=sse'",
  })
  void googleGetsItsKeyOnlyInAHeader(String query, String upstream) throws Exception {
    HttpRequest.Builder call =
        call("gemini", GENERATE + query.replace("TOKEN", rig.token()))
            .POST(BodyPublishers.ofString("{}"));
    if (!query.contains("TOKEN")) {
      call.header("x-goog-api-key", rig.token());
    }
    Seen seen = seenAfter(call);
    assertThat(seen.request().uri()).isEqualTo(GENERATE + upstream);
    assertThat(seen.header("x-goog-api-key")).isEqualTo(GatewayRig.UPSTREAM_KEY);
    assertThat(seen.request().headers().contains("authorization")).isFalse();
  }

  @Test
  void theOpenAiStyleSurfacesTakeBearerKeys() throws Exception {
    for (String provider : List.of("gemini", "claude")) {
      Seen seen =
          seenAfter(
              call(provider, "/chat/completions")
                  .header("authorization", "Bearer " + rig.token())
                  .POST(BodyPublishers.ofString(BODY)));
      assertThat(seen.header("authorization")).isEqualTo("Bearer " + GatewayRig.UPSTREAM_KEY);
      assertThat(seen.request().headers().contains("x-api-key")).isFalse();
      assertThat(seen.request().headers().contains("x-goog-api-key")).isFalse();
    }
  }

  @Test
  void passthroughSendsTheClientsAuthorizationUnchanged() throws Exception {
    Seen seen =
        seenAfter(
            messages("own")
                .header("X-Redpanda-Cloud-Token", rig.token())
                .header("authorization", CLIENTS_OWN)
                .header("x-api-key", "another"));
    assertThat(seen.request().uri()).isEqualTo("/base/v1/messages");
    assertThat(seen.request().headers().getAll("authorization")).containsExactly(CLIENTS_OWN);
    assertThat(seen.request().headers().contains("x-api-key")).isFalse();
    assertThat(seen.request().headers().contains("x-redpanda-cloud-token")).isFalse();
  }

  /** The client's own credential never opens the gateway, and ours never leaves it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no gateway token",
        "a bad gateway token",
        "the gateway token as Authorization",
        "the gateway token in both",
        "the gateway token alone",
        "the gateway token as x-api-key",
      })
  void passthroughReplacesNoCheck(String kind) throws Exception {
    HttpRequest.Builder call = messages("own");
    String token = rig.token();
    switch (kind) {
      case "no gateway token" -> call.header("authorization", CLIENTS_OWN);
      case "a bad gateway token" ->
          call.header("authorization", CLIENTS_OWN).header("x-redpanda-cloud-token", "bad");
      case "the gateway token as Authorization" -> call.header("authorization", "Bearer " + token);
      case "the gateway token in both" ->
          call.header("authorization", "Bearer " + token).header("x-redpanda-cloud-token", token);
      case "the gateway token alone" -> call.header("x-redpanda-cloud-token", token);
      default -> call.header("x-api-key", token).header("authorization", CLIENTS_OWN);
    }
    HttpResponse<String> response = rig.send(call.build());
    assertThat(response.statusCode()).isEqualTo(401);
    JsonObject error = new JsonObject(response.body()).getJsonObject("error");
    assertThat(error.getString("type")).isEqualTo("authentication_error");
    assertThat(response.body()).doesNotContain(token).doesNotContain("oat-of-the-client");
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  /** Whether there is such a provider is told to nobody who is not known. */
  @ParameterizedTest
  @ValueSource(strings = {"nobody", "claude", "", "..", "a%2Fb"})
  void aStrangerLearnsNothingOfProviders(String provider) throws Exception {
    HttpResponse<String> response =
        rig.send(call(provider, MESSAGES).POST(BodyPublishers.ofString(BODY)).build());
    assertThat(response.statusCode()).isIn(401, 404);
    if (!provider.equals("..")) { // The client itself takes that for another path.
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(new JsonObject(response.body()).getString("type")).isEqualTo("error");
    }
  }

  @Test
  void streamsOfBothAreMetered() throws Exception {
    rig.answersStream(
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","model":"claude-haiku-4-5","usage":{"input_tokens":9,"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","usage":{"output_tokens":8}}

        event: message_stop
        data: {"type":"message_stop"}

        """);
    assertThat(rig.send(messages("claude").header("x-api-key", rig.token()).build()).body())
        .endsWith("message_stop\"}\n\n");
    assertThat(rig.ledger().next().tokens()).isEqualTo(new Tokens(9, 8, 0, 0, 0, 0, 0, 0));

    rig.answersStream(
        "data: {\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":8},\"modelVersion\":\"gemini-2.5-flash\"}\r\n\r\n");
    var _ =
        rig.send(
            call("gemini", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")
                .header("x-goog-api-key", rig.token())
                .POST(BodyPublishers.ofString("{}"))
                .build());
    UsageRecord record = rig.ledger().next();
    assertThat(record.tokens()).isEqualTo(new Tokens(9, 8, 0, 0, 0, 0, 0, 0));
    assertThat(record.model()).isEqualTo("gemini-2.5-flash");
    assertThat(record.streamed()).isTrue();
  }

  /**
   * Whichever provider serves an OpenAI-style stream, it is asked for its usage, which is kept
   * back.
   */
  @ParameterizedTest
  @CsvSource({
    "gemini, /chat/completions",
    "gemini, /v1beta/openai/chat/completions",
    "claude, /v1/chat/completions",
  })
  void openAiStyleStreamsAreAskedForTheirUsage(String provider, String path) throws Exception {
    String events =
        "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\n";
    String usage =
        "data: {\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8}}\n\n";
    rig.answersStream(events + usage + "data: [DONE]\n\n");
    HttpResponse<String> response =
        rig.send(
            call(provider, path)
                .header("authorization", "Bearer " + rig.token())
                .POST(BodyPublishers.ofString("{\"model\":\"m\", \"stream\":true}"))
                .build());
    assertThat(response.body()).isEqualTo(events + "data: [DONE]\n\n");
    assertThat(rig.seen().body())
        .hasToString(
            "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\", \"stream\":true}");
    assertThat(rig.ledger().next().tokens()).isEqualTo(new Tokens(9, 8, 0, 0, 0, 0, 0, 0));
  }

  /** An upstream that does not listen leaves the count unknown, and its stream as it is. */
  @Test
  void aStreamWithoutTheUsageThatWasAskedForIsMissingIt() throws Exception {
    String events =
        "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n";
    rig.answersStream(events);
    HttpResponse<String> response =
        rig.send(
            call("gemini", "/chat/completions")
                .header("authorization", "Bearer " + rig.token())
                .POST(BodyPublishers.ofString("{\"model\":\"m\",\"stream\":true}"))
                .build());
    assertThat(response.body()).isEqualTo(events);
    assertThat(rig.ledger().next().usageState()).isEqualTo(UsageState.MISSING);
  }

  @Test
  void countingTokensOwesNone() throws Exception {
    rig.answersJson("{\"input_tokens\":2095}");
    var _ =
        rig.send(
            call("claude", "/v1/messages/count_tokens")
                .header("x-api-key", rig.token())
                .POST(BodyPublishers.ofString(BODY))
                .build());
    UsageRecord record = rig.ledger().next();
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.model()).isEqualTo("claude-haiku-4-5");
  }

  /** A path or a body may name a model; each surface refuses in its own shape. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "claude | /v1/messages | {\"model\":\"claude-opus-5\"}",
        "claude | /messages | {\"model\":\"models/listed\"}",
        "claude | /v1//messages | {\"model\":\"claude-opus-5\"}",
        "claude | /v1/messages | {\"model\":\"listed\",\"model\":\"claude-opus-5\"}",
        "claude | /v1/messages | {\"model\":\"listed\",\"mod\\u0065l\":\"claude-opus-5\"}",
        "claude | /v1/messages | {}",
        "claude | /v1/messages/count_tokens | {\"model\":\"claude-opus-5\"}",
        "claude | /v1/messages/batches | {\"requests\":[{\"params\":{\"model\":\"listed\"}}]}",
        "claude | /v1/complete | {\"model\":\"claude-opus-5\"}",
        "claude | /chat/completions | {\"model\":\"claude-opus-5\"}",
        "claude | /v1/unknown | {\"model\":\"listed\"}",
        "gemini | /v1beta/models/gemini-3:generateContent | {}",
        "gemini | /v1beta/models/gemini%2D3:generateContent | {}",
        "gemini | /v1beta/models/%6cisted%2Fx:generateContent | {}",
        "gemini | /v1beta/tunedModels/listed:generateContent | {}",
        "gemini | /v1beta/models/gemini-3:countTokens | {}",
        "gemini | /v1beta/models/gemini-3:embedContent | {}",
        "gemini | /v1beta/models/listed:batchGenerateContent | {}",
        "gemini | /v1beta/models/listed:generateContent | {\"model\":\"models/gemini-3\"}",
        "gemini | /v1beta/models/listed:generateContent | {\"model\":\"listed\",\"Model\":\"gemini-3\"}",
        "gemini | /v1beta/models/listed:generateContent | not json",
        "gemini | /v1beta/interactions | {\"model\":\"gemini-3\"}",
        "gemini | /v1beta/interactions | {\"agent\":\"deep-research\"}",
        "gemini | /chat/completions | {\"model\":\"models/gemini-3\"}",
        "gemini | /v1beta/openai/embeddings | {\"model\":\"gemini-3\"}",
        "gemini | /v1beta/openai/batches | {\"model\":\"listed\"}",
      })
  void noOtherModelIsReachedOnAnySurface(String provider, String path, String body)
      throws Exception {
    list(provider);
    HttpResponse<String> response =
        rig.send(
            call(provider, path)
                .header("authorization", "Bearer " + rig.token())
                .POST(BodyPublishers.ofString(body))
                .build());
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.headers().firstValue(Refusal.CODE_HEADER)).contains("model_not_allowed");
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "claude | /v1/messages | {\"model\":\"listed\"}",
        "claude | /messages/count_tokens | {\"model\":\"listed\"}",
        "claude | /messages/batches/b/cancel | {}",
        "gemini | /v1beta/models/listed:generateContent | {}",
        "gemini | /v1beta/models/%6cisted:countTokens | {}",
        "gemini | /v1beta/models/listed:generateContent | {\"model\":\"models/listed\"}",
        "gemini | /v1beta/interactions | {\"model\":\"models/listed\"}",
        "gemini | /chat/completions | {\"model\":\"models/listed\"}",
      })
  void theListedModelIsReachedOnEverySurface(String provider, String path, String body)
      throws Exception {
    list(provider);
    Seen seen =
        seenAfter(
            call(provider, path)
                .header("authorization", "Bearer " + rig.token())
                .POST(BodyPublishers.ofString(body)));
    assertThat(seen.body()).hasToString(body);
  }

  private void list(String provider) {
    rig.change(provider, draft -> draft.withModels(Drafts.models("listed")));
  }

  /** Which status each shape names how is the business of ErrorShapeTest. */
  @Test
  void eachSurfaceRefusesInItsOwnShape() throws Exception {
    rig.change("claude", draft -> draft.withEnabled(false));
    rig.change("gemini", draft -> draft.withEnabled(false));
    String anthropic = rig.send(messages("claude").header("x-api-key", rig.token()).build()).body();
    assertThat(new JsonObject(anthropic).getJsonObject("error").getString("type"))
        .isEqualTo("permission_error");
    String google =
        rig.send(
                call("gemini", GENERATE)
                    .header("x-goog-api-key", rig.token())
                    .POST(BodyPublishers.ofString("{}"))
                    .build())
            .body();
    assertThat(new JsonObject(google).getJsonObject("error").getString("status"))
        .isEqualTo("PERMISSION_DENIED");
  }
}
