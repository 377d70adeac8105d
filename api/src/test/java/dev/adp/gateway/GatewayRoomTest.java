package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to upstreams are few, and what nobody waits for takes no room. */
@Timeout(60)
class GatewayRoomTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";
  private static final long CLIENT_BODY_MS = 2_000;
  private static final int WAITING_BYTES = 256 << 10;
  private static final int TURNS = 300;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @Test
  void connectionsAndThoseWhoWaitForOneAreBounded() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().connections(1))) {
      var held = new CompletableFuture<HttpServerRequest>();
      rig.answers(held::complete);
      var first = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
      HttpServerRequest request = held.get(20, TimeUnit.SECONDS);
      var second = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
      awaitMetrics(rig, "adp_live_calls 2\n", "adp_held_body_bytes " + BODY.length() + "\n");
      rig.roundTrip();
      HttpResponse<String> third = rig.send(rig.chat(BODY));
      assertThat(third.statusCode()).as("one is served, one waits").isEqualTo(503);
      assertThat(third.headers().firstValue("retry-after")).isPresent();
      var _ = rig.seen();
      assertThat(rig.seenCount()).as("who waits has no connection of its own").isZero();
      rig.answersJson(ANSWER);
      request.response().putHeader("content-type", "application/json").end(ANSWER).await();
      assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(second.get(20, TimeUnit.SECONDS).body()).isEqualTo(ANSWER);
    }
  }

  @Test
  void aDownloadThatOwesNoUsageEndsWithItsClient() throws Exception {
    try (var rig = new GatewayRig(store)) {
      var upstream = new CompletableFuture<HttpServerRequest>();
      var upstreamClosed = new CompletableFuture<Void>();
      rig.answers(
          request -> {
            request.response().closeHandler(_ -> upstreamClosed.complete(null));
            upstream.complete(request);
          });
      try (Socket _ =
          rig.raw(
              "GET /llm/v1/providers/up/models HTTP/1.1\r\nHost: g\r\nX-Api-Key: " + rig.token(),
              "")) {
        upstream.get(20, TimeUnit.SECONDS);
      }
      upstreamClosed.get(20, TimeUnit.SECONDS);
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    }
  }

  @Test
  void aClientThatLeavesWithinItsBodyIsNotRefusedLater() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientBody(CLIENT_BODY_MS))) {
      rig.roundTrip(); // So that the first look at its metrics is as quick as any other.
      try (Socket _ =
          rig.raw(
              "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\nContent-Length: 1000"
                  .formatted(rig.token()),
              "{\"model\":")) {
        awaitMetrics(rig, "adp_held_body_bytes 9\n");
      }
      awaitMetrics(rig, "adp_held_body_bytes 0\n");
      TimeUnit.MILLISECONDS.sleep(CLIENT_BODY_MS);
      assertThat(rig.metrics()).doesNotContain("request_timeout");
    }
  }

  @Test
  void aBodyThatIsRefusedIsNotRefusedAgainLater() throws Exception {
    var limits = Limits.usual().heldBytes(100, 1_000).clientBody(CLIENT_BODY_MS);
    try (var rig = new GatewayRig(store, limits)) {
      try (Socket client =
          rig.raw(
              "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\nContent-Length: 1000"
                  .formatted(rig.token()),
              "x".repeat(200))) {
        byte[] status = client.getInputStream().readNBytes("HTTP/1.1 413".length());
        assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
      }
      TimeUnit.MILLISECONDS.sleep(CLIENT_BODY_MS);
      assertThat(rig.metrics()).contains("request_too_large").doesNotContain("request_timeout");
    }
  }

  /** What has come in of them is in memory, and each may have come from another client. */
  @Test
  void uploadsUnderWayAreBounded() throws Exception {
    var limits = Limits.usual().heldBytes(1_000, 2 * WAITING_BYTES);
    try (var rig = new GatewayRig(store, limits)) {
      var waiting = new LinkedBlockingQueue<HttpServerRequest>();
      rig.answersAtOnce(request -> waiting.add(request.pause()));
      try (Socket first = upload(rig);
          Socket second = upload(rig)) {
        fill(first);
        fill(second);
        awaitStill(rig, "adp_held_body_bytes " + 2 * WAITING_BYTES + "\n");
        try (Socket third = upload(rig)) {
          String answer = readHead(third);
          assertThat(answer).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: ");
        }
        assertThat(rig.metrics()).contains("adp_refusals_total{code=\"overloaded\"} 1\n");
      }
      assertThat(waiting).hasSize(2).allSatisfy(HttpServerRequest::resume);
      awaitMetrics(rig, "adp_held_body_bytes 0\n");
    }
  }

  private static Socket upload(GatewayRig rig) throws IOException {
    return rig.raw(
        "POST /llm/v1/providers/up/files HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked"
            .formatted(rig.token()),
        "");
  }

  /** Sends as much as is taken, and goes on. */
  private static void fill(Socket upload) {
    byte[] chunk =
        ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  upload.getOutputStream().write(chunk);
                }
              } catch (IOException _) {
                // The test is over.
              }
            });
  }

  private static String readHead(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") == -1) {
      int next = socket.getInputStream().read();
      if (next == -1) {
        throw new AssertionError("ended after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Until all the buffers on the way are full, they may go on now and then. */
  private static void awaitStill(GatewayRig rig, String line) throws Exception {
    var turns = new AtomicInteger();
    Eventually.holds(
        line,
        () -> {
          boolean holds = rig.metrics().contains(line);
          return turns.updateAndGet(before -> holds ? before + 1 : 0) >= TURNS;
        });
  }

  private static void awaitMetrics(GatewayRig rig, String... lines) throws Exception {
    Eventually.holds(List.of(lines).toString(), () -> hasAll(rig.metrics(), lines));
  }

  private static boolean hasAll(String metrics, String... lines) {
    return Stream.of(lines).allMatch(metrics::contains);
  }
}
