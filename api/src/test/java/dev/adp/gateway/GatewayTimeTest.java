package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody keeps a call, a connection or memory for as long as he likes. */
@Timeout(60)
class GatewayTimeTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final String USAGE_SO_FAR =
      "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);
  private static final String LIVE = "GET /healthz/live HTTP/1.1\r\nHost: g";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private final CompletableFuture<Void> upstreamClosed = new CompletableFuture<>();

  @Test
  void aCallWithoutAnAnswerIsToldSoInTheShapeOfItsSurfaceAfterItsTime() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().call(2_000))) {
      rig.answers(request -> request.response().closeHandler(_ -> upstreamClosed.complete(null)));
      HttpRequest messages =
          rig.call("/messages")
              .header("anthropic-version", "2023-06-01")
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString(BODY))
              .build();
      HttpResponse<String> answer = rig.send(messages);
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.headers().firstValue("x-adp-error-code")).contains("call_timeout");
      assertThat(answer.body()).contains("\"type\":\"error\"", "timeout_error");
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
      assertThat(record.status()).isEqualTo(504);
      upstreamClosed.get();
      rig.roundTrip();
      assertThat(rig.ledger().pending()).isZero();
    }
  }

  @Test
  void aLivelyStreamBreaksOffAfterItsTimeAndKeepsWhatWasReported() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().call(2_000))) {
      rig.answers(request -> drip(request, USAGE_SO_FAR));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.send(rig.chat(STREAM)));
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
      assertThat(record.status()).isEqualTo(200);
      assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
      assertThat(record.tokens()).isEqualTo(TOKENS);
      upstreamClosed.get();
    }
  }

  @Test
  void aStreamThatGoesOnBehindItsEndIsCutOffToo() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().call(2_000))) {
      rig.answers(request -> drip(request, USAGE_SO_FAR + "data: [DONE]\n\n"));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.send(rig.chat(STREAM)));
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.OK);
      assertThat(record.tokens()).isEqualTo(TOKENS);
      upstreamClosed.get();
      rig.roundTrip();
      assertThat(rig.ledger().pending()).isZero();
    }
  }

  /** The upstream is held back, so that nothing piles up; it is not the one to blame. */
  @Test
  void aClientThatDoesNotReadIsGivenUp() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().idle(1_000))) {
      rig.answers(this::flood);
      try (Socket client = rig.rawChat(STREAM)) {
        readUntil(client, "yyyy");
        UsageRecord record = rig.ledger().next();
        assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(record.responseBytes()).isLessThan(64L << 20);
        upstreamClosed.get();
      }
    }
  }

  /** An orderly end would wait for it, for as long as it sends something now and then. */
  @Test
  void whoReadsNothingOfAnAnswerThatIsBrokenOffLosesTheConnection() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().call(2_000))) {
      rig.answers(this::flood);
      try (Socket client = rig.rawChat(STREAM)) {
        readUntil(client, "yyyy");
        assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
        upstreamClosed.get();
        Eventually.holds("the connection ends", () -> isClosed(client));
      }
    }
  }

  /** We end the connection to its upstream, as that would to tell that it is whole. */
  @Test
  void anAnswerWithoutALengthThatIsBrokenOffIsNoWholeOne() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().call(2_000));
        var upstream = RawUpstream.flooding()) {
      rig.leadTo(upstream.port());
      try (Socket client =
          rig.raw(
              "GET /llm/v1/providers/up/files/f/content HTTP/1.1\r\nHost: g\r\nX-Api-Key: "
                  + rig.token(),
              "")) {
        assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
        String got = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(got.substring(0, 12)).isEqualTo("HTTP/1.1 200");
        assertThat(got.endsWith("\r\n0\r\n\r\n")).as("a last chunk").isFalse();
      }
    }
  }

  private static boolean isClosed(Socket client) {
    try {
      write(client, LIVE + "\r\n\r\n");
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void aBodyThatIsHeldMustArriveInTime() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientBody(300));
        Socket client =
            rig.raw(
                "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\nContent-Length: 100"
                    .formatted(rig.token()),
                "{\"model\"")) {
      assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 408 ");
      assertThat(rig.metrics()).contains("adp_held_body_bytes 0\n");
    }
  }

  @Test
  void theHeadOfALaterRequestMustArriveInTimeToo() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientHeader(500));
        Socket client = rig.raw(LIVE, "")) {
      readUntil(client, "\r\n\r\n");
      write(client, LIVE + "\r\nX-Drip: a");
      String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void aQuietConnectionIsKeptForItsNextRequest() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientHeader(300));
        Socket quiet = rig.raw(LIVE, "")) {
      readUntil(quiet, "\r\n\r\n");
      for (int i = 0; i < 2; i++) {
        try (Socket silent = new Socket(quiet.getInetAddress(), rig.port())) {
          assertThat(silent.getInputStream().read()).isEqualTo(-1); // As long as a head may take.
        }
      }
      write(quiet, LIVE + "\r\n\r\n");
      assertThat(readUntil(quiet, "\r\n\r\n")).contains("HTTP/1.1 200");
    }
  }

  @Test
  void aRequestBehindALongStreamIsAnsweredAfterIt() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientHeader(1_000))) {
      var upstream = new CompletableFuture<HttpServerRequest>();
      rig.answers(upstream::complete);
      try (Socket client = rig.rawChat(STREAM);
          Socket silent = new Socket(client.getInetAddress(), rig.port())) {
        HttpServerResponse response = upstream.get().response();
        write(client, LIVE + "\r\n\r\n");
        assertThat(silent.getInputStream().read()).isEqualTo(-1); // As long as a head may take.
        response.setChunked(true).putHeader("content-type", "text/event-stream");
        response.end(USAGE_SO_FAR + "data: [DONE]\n\n").await();
        String _ = readUntil(client, "[DONE]");
        String _ = readUntil(client, "HTTP/1.1 200");
      }
    }
  }

  @Test
  void anUploadThatComesToAStopIsGivenUp() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().idle(500))) {
      rig.answersAtOnce(
          request -> request.connection().closeHandler(_ -> upstreamClosed.complete(null)));
      try (Socket client =
          rig.raw(
              "POST /llm/v1/providers/up/files HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: multipart/form-data\r\nContent-Length: 1000"
                  .formatted(rig.token()),
              "half of it")) {
        assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 408 ");
        UsageRecord record = rig.ledger().next();
        assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(record.status()).isEqualTo(408);
        upstreamClosed.get();
      }
    }
  }

  /** Writes these events again and again, for ever. */
  private void drip(HttpServerRequest request, String events) {
    HttpServerResponse response = request.response().setChunked(true);
    response.putHeader("content-type", "text/event-stream");
    long timer = store.vertx().setPeriodic(1, 20, _ -> response.write(events));
    response.closeHandler(
        _ -> {
          boolean _ = store.vertx().cancelTimer(timer);
          upstreamClosed.complete(null);
        });
  }

  /** Writes as much as is taken. */
  private void flood(HttpServerRequest request) {
    HttpServerResponse response = request.response().setChunked(true);
    response.putHeader("content-type", "text/event-stream");
    response.closeHandler(_ -> upstreamClosed.complete(null));
    response.drainHandler(_ -> fill(response));
    fill(response);
  }

  private static void fill(HttpServerResponse response) {
    Buffer event = Buffer.buffer("data: {\"x\":\"" + "y".repeat(10_000) + "\"}\n\n");
    while (!response.writeQueueFull()) {
      var _ = response.write(event);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readUntil(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    var seen = new StringBuilder();
    while (seen.indexOf(text) == -1) {
      int next = in.read();
      if (next == -1) {
        throw new AssertionError("ended after: " + seen);
      }
      seen.append((char) next);
    }
    return seen.toString();
  }
}
