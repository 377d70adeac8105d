package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that answer in ways that no specification asks for, on bare sockets where need be. */
@Timeout(60)
class GatewayUpstreamFaultTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(ANSWER.length(), ANSWER);
  private static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, Limits.usual().idle(3_000));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aDripIsPassedOnAndIsNoSilence() throws Exception {
    rig.answers(
        request -> {
          HttpServerResponse response = request.response();
          response.putHeader("content-type", "application/json");
          response.putHeader("content-length", String.valueOf(ANSWER.length()));
          drip(response, ANSWER, 0); // All of it takes longer than the silence that is allowed.
        });
    assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(ANSWER);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  private static void drip(HttpServerResponse response, String text, int from) {
    if (from == text.length()) {
      var _ = response.end();
      return;
    }
    var _ = response.write(text.substring(from, from + 1));
    long _ = store.vertx().setTimer(50, _ -> drip(response, text, from + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le"})
  void aResetBeforeTheHeadIsWholeIsABadGateway(String head) throws Exception {
    try (var upstream =
        new RawUpstream(
            socket -> {
              RawUpstream.write(socket, head);
              RawUpstream.reset(socket);
            })) {
      rig.leadTo(upstream.port());
      assertBadGateway();
      assertThat(upstream.connections()).as("nothing is sent twice").isEqualTo(1);
    }
  }

  /** What the client has seen of it stays seen; it does not look like a whole answer. */
  @ParameterizedTest
  @ValueSource(strings = {"reset", "half-close"})
  void aStreamThatIsCutIsCutForTheClientToo(String how) throws Exception {
    try (var upstream =
        new RawUpstream(
            socket -> {
              RawUpstream.write(socket, STREAM_HEAD + chunk("data: " + ANSWER + "\n\n"));
              if (how.equals("reset")) {
                RawUpstream.reset(socket);
              } else {
                socket.shutdownOutput();
              }
            })) {
      rig.leadTo(upstream.port());
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.send(rig.chat(STREAM)));
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
      })
  void anInterimAnswerIsNotTheAnswer(String interim) throws Exception {
    try (var upstream = RawUpstream.saying(interim + OK)) {
      rig.leadTo(upstream.port());
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> answer = rig.send(rig.chat(BODY));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ANSWER);
        assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
      }
    }
  }

  /** Nobody has asked for another protocol, nor for news of the work. */
  @ParameterizedTest
  @ValueSource(ints = {101, 102, 199})
  void anInterimAnswerThatIsNotOfHttpIsABadGateway(int status) throws Exception {
    try (var upstream = RawUpstream.saying("HTTP/1.1 %d Odd\r\n\r\n%s".formatted(status, OK))) {
      rig.leadTo(upstream.port());
      assertBadGateway();
    }
  }

  @Test
  void anUpstreamThatFallsSilentInsideItsAnswerIsGivenUp() throws Exception {
    rig.close();
    store.execute("delete from llm_provider; delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    rig = new GatewayRig(store, Limits.usual().idle(2_000));
    var closed = new CompletableFuture<Void>();
    rig.answers(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("content-type", "text/event-stream");
          response.closeHandler(_ -> closed.complete(null));
          var _ = response.write("data: " + ANSWER + "\n\n");
        });
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.send(rig.chat(STREAM)));
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    closed.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5_000})
  void aHeadLargerThanTheLimitIsABadGateway(int headers) throws Exception {
    String value = "x".repeat(80_000 / headers);
    try (var upstream =
        RawUpstream.saying("HTTP/1.1 200 OK\r\n" + ("X-H: " + value + "\r\n").repeat(headers))) {
      rig.leadTo(upstream.port());
      assertBadGateway();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5, 6",
        "Content-Length: -1",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 99999999999999999999",
      })
  void aLengthThatIsNoneIsABadGateway(String header) throws Exception {
    try (var upstream = RawUpstream.saying("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\nhello")) {
      rig.leadTo(upstream.port());
      assertBadGateway();
    }
  }

  /** What comes behind the promised length belongs to nobody, least of all to the next call. */
  @Test
  void anAnswerLongerThanItsLengthIsCutThereAndItsConnectionIsNotUsedAgain() throws Exception {
    try (var upstream =
        RawUpstream.saying(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")) {
      rig.leadTo(upstream.port());
      for (int i = 0; i < 3; i++) {
        assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(ANSWER);
        assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
      }
    }
  }

  /** Identity was asked for: a body in another coding passes as it is, and is not understood. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "deflate"})
  void aCompressedAnswerPassesUntouchedAndItsUsageIsMissing(String coding) throws Exception {
    byte[] body = compressed(coding);
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .putHeader("content-encoding", coding)
                .end(Buffer.buffer(body)));
    HttpResponse<byte[]> answer = rig.client().send(rig.chat(BODY), BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("content-encoding")).contains(coding);
    assertThat(rig.seen().header("accept-encoding")).isEqualTo("identity");
    assertThat(rig.ledger().next().usageState()).isEqualTo(UsageState.MISSING);
  }

  private static byte[] compressed(String coding) throws IOException {
    byte[] plain = ANSWER.getBytes(StandardCharsets.UTF_8);
    if (coding.equals("br")) {
      return new byte[] {0x0b, 0x02, (byte) 0x80, 0x61, 0x62, 0x63, 0x03}; // "abc"
    }
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void textThatIsNotUtf8PassesByteForByteAndItsUsageIsRead() throws Exception {
    byte[] body =
        ("{\"x\":\"\u00ff\u00c0\u0080\"," + ANSWER.substring(1))
            .getBytes(StandardCharsets.ISO_8859_1);
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(body)));
    HttpResponse<byte[]> answer = rig.client().send(rig.chat(BODY), BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "", "null", "[1,", "{\"usage\":{\"prompt_tokens\":12", "{\"a\" 1}"})
  void whatIsNoJsonPassesAndItsUsageIsMissing(String body) throws Exception {
    rig.answersJson(body);
    assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(body);
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
  }

  /** Line ends, comments, a last line without an end, an event of a megabyte. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: %s\n\ndata: [DONE]\n\n",
        "data: %s\r\n\r\ndata: [DONE]\r\n\r\n",
        ": keep-alive\n\ndata: %s\n\n: bye\n\ndata: [DONE]\n\n",
        "event: x\nid: 1\nretry: 5\ndata: %s\n\ndata: [DONE]",
        "data: %s\n\ndata: [DONE]\n",
        "data: %s\n\n",
        "data: %s",
        "\ufeffdata: {}\n\ndata: %s\n\ndata: [DONE]\n\n",
      })
  void aStreamPassesByteForByteHoweverItIsWritten(String pattern) throws Exception {
    String large = "data: {\"x\":\"" + "y".repeat(1 << 20) + "\"}\n\n";
    String events = pattern.replace("%s", ANSWER);
    for (String stream : new String[] {events, large + events}) {
      rig.answersStream(stream);
      assertThat(rig.send(rig.chat(STREAM)).body()).isEqualTo(stream);
      assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 60})
  void aFrameOfAwsThatIsCutIsCutForTheClientTooAndWhatCameBeforeCounts(int bytes) throws Exception {
    rig.close();
    store.execute("delete from llm_provider; delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    var bedrock = new BedrockRig(store);
    rig = bedrock.gateway();
    Buffer usage =
        EventStream.event("metadata", "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}");
    Buffer next = EventStream.event("messageStop", "{\"stopReason\":\"end_turn\"}");
    rig.answers(
        request ->
            request
                .response()
                .setChunked(true)
                .putHeader("content-type", "application/vnd.amazon.eventstream")
                .write(EventStream.event("messageStart", "{}").appendBuffer(next.slice(0, bytes)))
                .onComplete(_ -> request.connection().close()));
    assertThat(usage.length()).isPositive();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bedrock.bytes("/model/amazon.nova-pro-v1:0/converse-stream"));
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
  }

  /** A slow upstream of one provider takes its share, and no more. */
  @Test
  void aSlowUpstreamLeavesRoomForTheOthers() throws Exception {
    rig.close();
    store.execute("delete from llm_provider; delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    rig = new GatewayRig(store, Limits.usual().calls(4).providerCalls(2));
    var slow = new CompletableFuture<Void>();
    rig.provider(
        dev.adp.store.Drafts.compatible("other", "http://127.0.0.1:" + rig.upstreamPort(), true));
    rig.answers(
        request -> {
          boolean isSlow = String.valueOf(request.path()).startsWith("/v1/");
          var _ =
              (isSlow ? slow : CompletableFuture.completedFuture(null))
                  .thenRun(() -> request.response().end("{}"));
        });
    var first = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
    var second = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
    var _ = rig.seen();
    var _ = rig.seen();
    HttpResponse<String> third = rig.send(rig.chat(BODY));
    assertThat(third.statusCode()).isEqualTo(503);
    assertThat(third.body()).contains("this provider has as many calls under way");
    assertThat(third.headers().firstValue("retry-after")).isPresent();
    var other =
        java.net.http.HttpRequest.newBuilder(rig.uri("/llm/v1/providers/other/chat/completions"))
            .header("x-api-key", rig.token())
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    assertThat(rig.send(other).statusCode()).isEqualTo(200);
    slow.complete(null);
    assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(second.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    rig.roundTrip();
    assertThat(rig.send(rig.chat(BODY)).statusCode()).isEqualTo(200);
  }

  private void assertBadGateway() throws Exception {
    HttpResponse<String> answer = rig.send(rig.chat(BODY));
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.headers().firstValue("x-adp-error-code")).contains("upstream_unreachable");
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.status()).isEqualTo(502);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    rig.roundTrip();
    assertThat(rig.ledger().pending()).isZero();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }
}
