package dev.adp.gateway;

import static dev.adp.gateway.GatewayRig.CHAT;
import static dev.adp.gateway.GatewayRig.UPSTREAM_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Cost;
import dev.adp.domain.Role;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through the gateway, and what is recorded of it. */
@Timeout(60)
class GatewayTest {
  private static final String ANSWER =
      """
      {"id":"chatcmpl-1","model":"gpt-4o-2024-08-06","choices":[{"message":{"content":"h\\u00e9"}}],
       "usage":{"prompt_tokens":1000,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":400}}}
      """;
  private static final String HELLO =
      "data: {\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"choices\":[{\"delta\":{\"content\":\"hé\"}}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":400}}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final Tokens TOKENS = new Tokens(600, 50, 400, 0, 0, 0, 0, 0);

  /** USD 2.50, 10.00 and 1.25 a million. */
  private static final Cost COST = new Cost(150_000, 50_000, 50_000, 0, 0, 0, 0, 0, 0);

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

  @Test
  void aPlainAnswerPassesByteForByteAndIsPricedExactly() throws Exception {
    rig.answersJson(ANSWER);
    HttpResponse<String> response = rig.send(rig.chat("{ \"model\" : \"gpt-4o\", \"n\": 1e400 }"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(ANSWER);
    assertThat(rig.seen().body()).hasToString("{ \"model\" : \"gpt-4o\", \"n\": 1e400 }");
    UsageRecord record = rig.ledger().next();
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.cost()).isEqualTo(COST);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.model()).isEqualTo("gpt-4o");
    assertThat(record.modelAnswered()).isEqualTo("gpt-4o-2024-08-06");
    assertThat(record.upstreamId()).isEqualTo("chatcmpl-1");
    assertThat(record.user()).isEqualTo("caller");
    assertThat(record.operation()).isEqualTo("POST /chat/completions");
    assertThat(record.streamed()).isFalse();
    assertThat(record.firstByteMicros()).isPresent();
    assertThat(record.responseBytes()).isEqualTo(ANSWER.getBytes(StandardCharsets.UTF_8).length);
    rig.roundTrip();
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aStreamIsPricedExactlyThoughItsClientNeverAskedForUsage() throws Exception {
    rig.answersStream(HELLO + HELLO + USAGE + DONE);
    HttpResponse<String> response =
        rig.send(rig.chat("{\"model\":\"gpt-4o\",\"stream\":true,\"n\":1e400}"));
    assertThat(response.body()).isEqualTo(HELLO + HELLO + DONE);
    assertThat(rig.seen().body())
        .hasToString(
            "{\"stream_options\":{\"include_usage\":true},\"model\":\"gpt-4o\",\"stream\":true,\"n\":1e400}");
    UsageRecord record = rig.ledger().next();
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.cost()).isEqualTo(COST);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.streamed()).isTrue();
  }

  @Test
  void aClientThatAsksForUsageGetsIt() throws Exception {
    rig.answersStream(HELLO + USAGE + DONE);
    String body =
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"gpt-4o\"}";
    assertThat(rig.send(rig.chat(body)).body()).isEqualTo(HELLO + USAGE + DONE);
    assertThat(rig.seen().body()).hasToString(body);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  @Test
  void aProviderThatRefusesUnknownFieldsIsNotAskedAndItsUsageIsMissingNotZero() throws Exception {
    rig.provider(Drafts.compatible("plain", "http://127.0.0.1:" + rig.upstreamPort(), false));
    rig.answersStream(HELLO + DONE);
    String body = "{\"model\":\"llama\",\"stream\":true}";
    HttpRequest request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/plain/v1/chat/completions"))
            .header("x-api-key", rig.token())
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(rig.send(request).body()).isEqualTo(HELLO + DONE);
    GatewayRig.Seen seen = rig.seen();
    assertThat(seen.body()).hasToString(body);
    assertThat(seen.header("authorization")).isEqualTo("null");
    assertThat(rig.ledger().next().usageState()).isEqualTo(UsageState.MISSING);
  }

  @Test
  void eachPieceIsPassedOnBeforeTheNextArrives() throws Exception {
    var upstream = new CompletableFuture<HttpServerResponse>();
    rig.answers(
        request -> {
          request.response().setChunked(true).putHeader("content-type", "text/event-stream");
          var _ = request.response().write(HELLO);
          upstream.complete(request.response());
        });
    HttpResponse<InputStream> response =
        rig.client()
            .send(rig.chat("{\"model\":\"gpt-4o\",\"stream\":true}"), BodyHandlers.ofInputStream());
    assertThat(read(response.body(), HELLO)).isEqualTo(HELLO);
    for (int i = 0; i < 3; i++) {
      upstream.join().write(HELLO).await();
      assertThat(read(response.body(), HELLO)).isEqualTo(HELLO);
    }
    assertThat(rig.ledger().pending()).isZero();
    upstream.join().end(USAGE + DONE).await();
    assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(DONE);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  /** The head comes before the first token, which may take minutes. */
  @Test
  void theHeadOfAStreamDoesNotWaitForItsFirstEvent() throws Exception {
    var upstream = new CompletableFuture<HttpServerResponse>();
    rig.answers(
        request -> {
          request.response().setChunked(true).putHeader("content-type", "text/event-stream");
          var _ = request.response().writeHead();
          upstream.complete(request.response());
        });
    HttpResponse<InputStream> response =
        rig.client()
            .send(rig.chat("{\"model\":\"gpt-4o\",\"stream\":true}"), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("x-accel-buffering")).contains("no");
    upstream.join().end(DONE).await();
    assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Redpanda-Cloud-Token, ''",
    "Authorization, 'Bearer '",
    "X-Api-Key, ''",
    "Api-Key, ''",
    "X-Goog-Api-Key, ''",
    "key, ''",
  })
  void theCallersTokenStaysHereAndTheProvidersKeyGoesUpstream(String place, String prefix)
      throws Exception {
    rig.answersJson(ANSWER);
    String token = rig.token();
    String query = place.equals("key") ? "?a=1&key=" + token : "?a=1";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up/v1/chat/completions" + query))
            .header("cookie", "session=" + token)
            .header("accept-encoding", "gzip")
            .header("openai-organization", "org-1")
            .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o\"}"));
    if (!place.equals("key")) {
      request.header(place, prefix + token);
    }
    assertThat(rig.send(request.build()).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.seen();
    assertThat(seen.request().headers().toString()).doesNotContain(token.substring(0, 20));
    assertThat(seen.request().uri()).isEqualTo("/v1/chat/completions?a=1");
    assertThat(seen.request().headers().getAll("authorization"))
        .containsExactly("Bearer " + UPSTREAM_KEY);
    assertThat(seen.header("openai-organization")).isEqualTo("org-1");
    assertThat(seen.header("accept-encoding")).isEqualTo("identity");
    assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + rig.upstreamPort());
  }

  @ParameterizedTest
  @CsvSource({"429", "400", "401", "500", "503", "529"})
  void anErrorOfTheUpstreamPassesUntouchedAndCostsNothing(int status) throws Exception {
    String body = "<html>slow down, é</html>";
    rig.answers(
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("retry-after", "17")
                .putHeader("x-ratelimit-remaining-tokens", "0")
                .putHeader("x-request-id", "req_1")
                .putHeader("content-type", "text/html; charset=utf-8")
                .end(body));
    HttpResponse<String> response = rig.send(rig.chat("{\"model\":\"gpt-4o\"}"));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("retry-after")).contains("17");
    assertThat(response.headers().firstValue("x-ratelimit-remaining-tokens")).contains("0");
    assertThat(response.headers().firstValue("x-request-id")).contains("req_1");
    assertThat(response.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(record.status()).isEqualTo(status);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectLeadsNobodyAway(int status) throws Exception {
    rig.answers(
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("location", "http://127.0.0.1:" + rig.upstreamPort() + "/elsewhere")
                .end());
    HttpResponse<String> response = rig.send(rig.chat("{\"model\":\"gpt-4o\"}"));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("location"))
        .as("who follows it takes our token along")
        .isEmpty();
    assertThat(rig.seen().request().path()).isEqualTo("/v1/chat/completions");
    assertThat(rig.seenCount()).isZero();
  }

  @Test
  void anAnswerWhoseRecordCannotBeKeptIsNotCompleted() {
    rig.ledger().refuse();
    rig.answersJson("{\"model\":\"gpt-4o\"}");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> rig.send(rig.chat("{\"model\":\"gpt-4o\"}")));
    rig.answersStream("data: [DONE]\n\n");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> rig.send(rig.chat("{\"model\":\"gpt-4o\",\"stream\":true}")));
  }

  @Test
  void aMultipartBodyArrivesByteForByte() throws Exception {
    rig.answersJson("{\"text\":\"hello\"}");
    byte[] body = new byte[5 << 20];
    new Random(7).nextBytes(body);
    HttpRequest request =
        rig.call("/v1/audio/transcriptions")
            .header("content-type", "multipart/form-data; boundary=x")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    assertThat(rig.send(request).body()).isEqualTo("{\"text\":\"hello\"}");
    GatewayRig.Seen seen = rig.seen();
    assertThat(seen.body().getBytes()).isEqualTo(body);
    assertThat(seen.header("content-type")).isEqualTo("multipart/form-data; boundary=x");
    UsageRecord record = rig.ledger().next();
    assertThat(record.requestBytes()).isEqualTo(body.length);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
  }

  @Test
  void aHeadAndAnAnswerWithoutBodyEnd() throws Exception {
    rig.answers(request -> request.response().putHeader("content-length", "1234").end());
    HttpResponse<String> head =
        rig.send(rig.call("/v1/models").method("HEAD", BodyPublishers.noBody()).build());
    assertThat(head.headers().firstValue("content-length")).contains("1234");
    assertThat(rig.seen().request().method().name()).isEqualTo("HEAD");
    rig.answers(request -> request.response().setStatusCode(204).end());
    HttpResponse<String> deleted = rig.send(rig.call("/v1/files/f").DELETE().build());
    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(deleted.headers().firstValue("transfer-encoding")).isEmpty();
    assertThat(rig.ledger().next().operation()).isEqualTo("HEAD /v1/models");
    UsageRecord record = rig.ledger().next();
    assertThat(record.operation()).isEqualTo("DELETE /v1/files/f");
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
  }

  @Test
  void theCompletingPieceWaitsUntilTheLedgerHasKeptTheRecord() throws Exception {
    rig.ledger().hold();
    rig.answersJson(ANSWER);
    CompletableFuture<HttpResponse<String>> response =
        rig.client().sendAsync(rig.chat("{\"model\":\"gpt-4o\"}"), BodyHandlers.ofString());
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
    rig.roundTrip();
    assertThat(response).isNotDone();
    rig.ledger().keepOne();
    assertThat(response.get().body()).isEqualTo(ANSWER);
  }

  @Test
  void theEndOfAStreamWaitsUntilTheLedgerHasKeptTheRecord() throws Exception {
    rig.ledger().hold();
    rig.answersStream(HELLO + USAGE + DONE);
    HttpResponse<InputStream> response =
        rig.client()
            .send(rig.chat("{\"model\":\"gpt-4o\",\"stream\":true}"), BodyHandlers.ofInputStream());
    rig.ledger().next();
    rig.roundTrip();
    String before =
        new String(response.body().readNBytes(response.body().available()), StandardCharsets.UTF_8);
    assertThat(before).doesNotContain("[DONE]");
    rig.ledger().keepOne();
    String after = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(before + after).isEqualTo(HELLO + DONE);
  }

  @Test
  void aCallOfAnAgentIsAttributedToItAndToItsConversation() throws Exception {
    rig.answersJson(ANSWER);
    var agent = rig.account("scout", Role.LLM_PROVIDER_INVOKER, true);
    HttpRequest request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up" + CHAT))
            .header("authorization", "Bearer " + rig.token(agent))
            .header("x-redpanda-genai-conversation", "c-17")
            .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o\"}"))
            .build();
    assertThat(rig.send(request).statusCode()).isEqualTo(200);
    UsageRecord record = rig.ledger().next();
    assertThat(record.agent()).isEqualTo("agents/scout");
    assertThat(record.user()).isEqualTo("scout");
    assertThat(record.conversationId()).isEqualTo("c-17");
  }

  /** Java's own client asks for HTTP/2 by default; it must not be turned away for that. */
  @Test
  void aClientThatOffersHttp2IsServed() throws Exception {
    rig.answersJson(ANSWER);
    try (var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 2; i++) {
        HttpRequest streamed =
            rig.call(CHAT)
                .POST(
                    BodyPublishers.ofInputStream(
                        () ->
                            new java.io.ByteArrayInputStream(
                                "{\"model\":\"gpt-4o\"}".getBytes(StandardCharsets.UTF_8))))
                .build();
        assertThat(client.send(streamed, BodyHandlers.ofString()).body()).isEqualTo(ANSWER);
        assertThat(rig.seen().body()).hasToString("{\"model\":\"gpt-4o\"}");
      }
    }
  }

  @Test
  void aKeyThatWasStoredWithALineBreakStillGoesUpstream() throws Exception {
    store
        .secrets()
        .replace(
            dev.adp.store.Actors.ADMIN,
            Drafts.OPENAI_API_KEY,
            Optional.of(Drafts.key("sk-rotated\n")),
            Optional.empty());
    rig.answersJson(ANSWER);
    assertThat(rig.send(rig.chat("{\"model\":\"gpt-4o\"}")).statusCode()).isEqualTo(200);
    assertThat(rig.seen().header("authorization")).isEqualTo("Bearer sk-rotated");
  }

  private static String read(InputStream stream, String expected) throws java.io.IOException {
    int bytes = expected.getBytes(StandardCharsets.UTF_8).length;
    return new String(stream.readNBytes(bytes), StandardCharsets.UTF_8);
  }
}
