package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Upstreams that answer, or begin to, while the body is still on its way. */
@Timeout(60)
class GatewayEarlyAnswerTest {
  private static final int STREAMED_BYTES_MAX = 64 << 20;

  /** More than the buffers between two ends that do not read. */
  private static final int LARGE = 60 << 20;

  private static final int PIECE = 1 << 20;

  /** Until all the buffers on the way to an upstream that reads nothing are full. */
  private static final int FULL_MS = 300;

  /** Until the gateway has looked whether a body that nobody takes has ended. */
  private static final int LOOK_MS = 6_000;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, Limits.usual().streamedBytes(STREAMED_BYTES_MAX));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private Socket upload(String framing) throws IOException {
    return rig.raw(
        "POST /llm/v1/providers/up/files HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer %s\r\nContent-Type: application/octet-stream\r\n%s"
            .formatted(rig.token(), framing),
        "");
  }

  /** It reads nothing, so that without a drain the client could never finish sending. */
  @Test
  void aClientThatSendsAllBeforeItReadsGetsTheAnswer() throws Exception {
    rig.answersAtOnce(
        request -> {
          request.pause();
          request.response().setStatusCode(401).end("{\"error\":\"no\"}");
        });
    try (Socket client = upload("Content-Length: " + LARGE)) {
      OutputStream out = client.getOutputStream();
      for (int sent = 0; sent < LARGE; sent += PIECE) {
        out.write(new byte[PIECE]);
      }
      assertThat(firstLine(client)).contains(" 401 ");
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.status()).isEqualTo(401);
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(rig.ledger().pending()).isZero();
  }

  /** What is missing of one call must never be taken from the next. */
  @Test
  void theNextCallGetsAConnectionOnWhichNothingIsMissing() throws Exception {
    var connections = new LinkedBlockingQueue<SocketAddress>();
    rig.answersAtOnce(
        request -> {
          connections.add(request.remoteAddress());
          request.response().setStatusCode(401).end("{\"error\":\"no\"}");
        });
    try (Socket client = upload("Content-Length: " + LARGE)) {
      client.getOutputStream().write(new byte[PIECE]);
      assertThat(firstLine(client)).contains(" 401 ");
      assertThat(rig.send(rig.call("/models").build()).statusCode()).isEqualTo(401);
      client.getOutputStream().write(new byte[LARGE - PIECE]);
    }
    assertThat(connections).hasSize(2).doesNotHaveDuplicates();
  }

  /** An orderly end would wait for it, for ever. */
  @Test
  void anUpstreamThatReadsNothingIsLeftAtOnce() throws Exception {
    rig.answersAtOnce(
        request -> {
          request.pause();
          store
              .vertx()
              .setTimer(
                  FULL_MS, _ -> request.response().setStatusCode(401).end("{\"error\":\"no\"}"));
        });
    try (Socket client = upload("Content-Length: " + LARGE)) {
      client.getOutputStream().write(new byte[LARGE]);
      assertThat(firstLine(client)).contains(" 401 ");
    }
    Eventually.holds(
        "no connection to the upstream",
        () -> rig.metrics().lines().anyMatch("adp_upstream_connections 0"::equals));
  }

  /** There is no second answer: the first one is broken off where it is, and recorded. */
  @Test
  void aBodyThatGrowsTooLargeBehindTheHeadOfTheAnswerBreaksItOff() throws Exception {
    var broken = new CompletableFuture<HttpServerRequest>();
    rig.answersAtOnce(
        request -> {
          request.handler(_ -> {}).exceptionHandler(_ -> broken.complete(request));
          request.response().putHeader("content-length", "100").write("{\"id\":");
        });
    try (Socket client = upload("Transfer-Encoding: chunked")) {
      OutputStream out = client.getOutputStream();
      out.write("1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(firstLine(client)).contains(" 200 ");
      byte[] chunk =
          ("100000\r\n" + "x".repeat(PIECE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      assertThat(sentUntilClosed(out, chunk, 4L * STREAMED_BYTES_MAX))
          .isLessThan(2L * STREAMED_BYTES_MAX);
    }
    assertThat(broken.get(20, TimeUnit.SECONDS).isEnded()).isFalse();
    UsageRecord record = rig.ledger().next();
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(rig.ledger().pending()).isZero();
  }

  /** Whoever sends on for ever is cut off, though at the first look there was no answer yet. */
  @Test
  @Timeout(120)
  void aClientThatNeverEndsItsBodyIsCutOffHoweverLateItsAnswerEnds() throws Exception {
    rig.ledger().hold();
    rig.answersAtOnce(request -> request.response().setStatusCode(401).end("{\"error\":\"no\"}"));
    byte[] chunk = "1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Socket client = upload("Transfer-Encoding: chunked")) {
      OutputStream out = client.getOutputStream();
      out.write(chunk);
      var _ = rig.ledger().next();
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      rig.ledger().keepOne();
      assertThat(firstLine(client)).contains(" 401 ");
      Eventually.holds("the client is cut off", () -> sentUntilClosed(out, chunk, 1) == 0);
    }
  }

  private static long sentUntilClosed(OutputStream out, byte[] chunk, long max) {
    long sent = 0;
    try {
      while (sent < max) {
        out.write(chunk);
        sent += chunk.length;
      }
    } catch (IOException _) {
      return sent;
    }
    return sent;
  }

  private static String firstLine(Socket client) throws IOException {
    var line = new StringBuilder();
    for (int b = client.getInputStream().read();
        b != '\n' && b != -1;
        b = client.getInputStream().read()) {
      line.append((char) b);
    }
    return line.toString();
  }
}
