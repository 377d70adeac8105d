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
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that leave and upstreams that die: exactly one record each, and nobody is left hanging.
 */
@Timeout(60)
class GatewayFaultTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";
  private static final String HELLO =
      "data: {\"id\":\"c1\",\"model\":\"gpt-4o\",\"choices\":[{}]}\n\n";
  private static final String USAGE_SO_FAR =
      "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);

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
  void aClientThatLeavesAStreamEndsItUpstreamAndKeepsWhatWasReported() throws Exception {
    var upstreamClosed = new CompletableFuture<Void>();
    rig.answers(
        request -> {
          HttpServerResponse response = eventStream(request);
          response.closeHandler(_ -> upstreamClosed.complete(null));
          var _ = response.write(HELLO + USAGE_SO_FAR);
        });
    try (Socket client = rig.rawChat(STREAM)) {
      readUntil(client, "completion_tokens");
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.status()).isEqualTo(200);
    upstreamClosed.get();
    assertNoOtherRecord();
  }

  @Test
  void aClientThatLeavesAStreamBeforeItsHeadEndsItToo() throws Exception {
    var upstream = new CompletableFuture<HttpServerRequest>();
    var upstreamClosed = new CompletableFuture<Void>();
    rig.answers(
        request -> {
          request.response().closeHandler(_ -> upstreamClosed.complete(null));
          upstream.complete(request);
        });
    try (Socket _ = rig.rawChat(STREAM)) {
      upstream.get();
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.status()).isEqualTo(499);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    upstreamClosed.get();
    assertNoOtherRecord();
  }

  @Test
  void aPlainCallWhoseClientLeftIsReadToItsEndForItsUsage() throws Exception {
    var upstream = new CompletableFuture<HttpServerRequest>();
    rig.answers(upstream::complete);
    try (Socket _ = rig.rawChat(BODY)) {
      upstream.get();
    }
    rig.roundTrip();
    HttpServerResponse response = upstream.get().response();
    response.putHeader("content-type", "application/json");
    response.putHeader("content-length", String.valueOf(ANSWER.length()));
    response.write(ANSWER.substring(0, 20)).await();
    rig.roundTrip();
    response.end(ANSWER.substring(20)).await();
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.status()).isEqualTo(200);
    assertNoOtherRecord();
  }

  @Test
  void aPlainAnswerWhoseReaderStalledAndLeftIsReadToItsEndToo() throws Exception {
    Buffer large = Buffer.buffer("{\"x\":\"" + "y".repeat(30 << 20) + "\"," + ANSWER.substring(1));
    rig.answers(
        request -> request.response().putHeader("content-type", "application/json").end(large));
    try (Socket client = rig.rawChat(BODY)) {
      readUntil(client, "yyyy"); // And no more, so that the gateway must hold the upstream back.
      rig.roundTrip();
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.responseBytes()).isEqualTo(large.length());
  }

  @Test
  void anAbandonedPlainCallIsGivenUpAfterItsTime() throws Exception {
    rig.close();
    store.execute("delete from llm_provider");
    store.execute("delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    rig = new GatewayRig(store, Limits.usual().heldBytes(99, 99).abandonedRead(20));
    var upstreamClosed = new CompletableFuture<Void>();
    var asked = new CompletableFuture<Void>();
    rig.answers(
        request -> {
          request.response().closeHandler(_ -> upstreamClosed.complete(null));
          asked.complete(null);
        });
    try (Socket _ = rig.rawChat(BODY)) {
      asked.get();
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    upstreamClosed.get();
    assertNoOtherRecord();
  }

  @Test
  void anUpstreamThatDiesInsideAStreamBreaksItOffVisibly() throws Exception {
    var upstream = new CompletableFuture<HttpServerRequest>();
    rig.answers(
        request -> {
          var _ = eventStream(request).write(HELLO);
          upstream.complete(request);
        });
    try (Socket client = rig.rawChat(STREAM)) {
      readUntil(client, "\"choices\"");
      upstream.get().connection().close().await();
      String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).doesNotContain("\r\n0\r\n").doesNotContain("[DONE]");
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    assertNoOtherRecord();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      })
  void anUpstreamThatDiesInsideItsHeadIsABadGateway(String head) throws Exception {
    rig.answersRaw(head);
    HttpResponse<String> response = rig.send(rig.chat(BODY));
    assertThat(response.statusCode()).isEqualTo(502);
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.status()).isEqualTo(502);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    assertNoOtherRecord();
  }

  @Test
  void anAnswerShorterThanItsLengthIsBrokenForTheClientToo() throws Exception {
    rig.answersRaw(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
            + ANSWER);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.send(rig.chat(BODY)));
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertNoOtherRecord();
  }

  @Test
  void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
    rig.answersRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + ANSWER);
    assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(ANSWER);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  @Test
  void aStreamWithoutDoneEndsAndKeepsItsUsage() throws Exception {
    rig.answers(request -> eventStream(request).end(HELLO + USAGE_SO_FAR));
    assertThat(rig.send(rig.chat(STREAM)).body()).isEqualTo(HELLO + USAGE_SO_FAR);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  /** Numbers that no model reaches must not break the call that carries them. */
  @Test
  void anUpstreamThatReportsNonsenseIsServedAndRecorded() throws Exception {
    String nonsense =
        "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":-1}}";
    rig.answersJson(nonsense);
    assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(nonsense);
    assertThat(rig.ledger().next().tokens().input()).isEqualTo(1_000_000_000);
  }

  @Test
  void aStreamWhoseEventsAreNoAnswersIsServedAndRecorded() throws Exception {
    String odd = "data: null\n\ndata: []\n\ndata: {\n\ndata: \"usage\"\n\n";
    rig.answers(request -> eventStream(request).end(odd));
    assertThat(rig.send(rig.chat(STREAM)).body()).isEqualTo(odd);
    assertThat(rig.ledger().next().usageState()).isEqualTo(UsageState.MISSING);
  }

  @Test
  void anUploadWhoseClientLeavesEndsUpstreamWithOneRecord() throws Exception {
    var upstreamClosed = new CompletableFuture<Void>();
    var begun = new CompletableFuture<Void>();
    rig.answersAtOnce(
        request -> {
          request.connection().closeHandler(_ -> upstreamClosed.complete(null));
          request.handler(_ -> begun.complete(null));
        });
    try (Socket _ =
        rig.raw(
            "POST /llm/v1/providers/up/files HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: multipart/form-data\r\nContent-Length: 1000"
                .formatted(rig.token()),
            "half of it")) {
      begun.get();
    }
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    upstreamClosed.get();
    assertNoOtherRecord();
  }

  /** A connection of the pool that was never given back would make the ninth call wait for ever. */
  @Test
  void clientsThatLeaveCostNoConnections() throws Exception {
    rig.close();
    store.execute("delete from llm_provider");
    store.execute("delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    rig = new GatewayRig(store, Limits.usual().connections(2).abandonedRead(1));
    for (int i = 0; i < 8; i++) {
      rig.answers(request -> eventStream(request).write(HELLO));
      try (Socket client = rig.rawChat(STREAM)) {
        readUntil(client, "\"choices\"");
      }
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    }
    rig.answersJson(ANSWER);
    assertThat(rig.send(rig.chat(BODY)).body()).isEqualTo(ANSWER);
  }

  @Test
  void aClientThatLeavesWhileItsRecordIsWrittenLeavesOneAndNothingBehind() throws Exception {
    rig.ledger().hold();
    rig.answersJson(ANSWER);
    try (Socket _ = rig.rawChat(BODY)) {
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
    }
    rig.roundTrip();
    rig.ledger().keepOne();
    Eventually.holds("no call is left", () -> rig.metrics().contains("adp_live_calls 0\n"));
    assertNoOtherRecord();
  }

  @Test
  void aRecordThatFailsInAnUnforeseenWayEndsItsCall() throws Exception {
    rig.ledger().fail();
    rig.answersJson(ANSWER);
    try (Socket client = rig.rawChat(BODY)) {
      client.setSoTimeout(20_000);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    Eventually.holds("no call is left", () -> rig.metrics().contains("adp_live_calls 0\n"));
  }

  private void assertNoOtherRecord() throws Exception {
    rig.roundTrip();
    assertThat(rig.ledger().pending()).isZero();
  }

  private static HttpServerResponse eventStream(HttpServerRequest request) {
    return request.response().setChunked(true).putHeader("content-type", "text/event-stream");
  }

  private static void readUntil(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    var seen = new StringBuilder();
    while (seen.indexOf(text) == -1) {
      int next = in.read();
      if (next == -1) {
        throw new AssertionError("ended after: " + seen);
      }
      seen.append((char) next);
    }
  }
}
