package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection to an upstream is the next call's only when nothing is left of the last one. */
@Timeout(120)
class GatewayConnectionTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";
  private static final String OK = answer("", ANSWER);
  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);

  private static final String NOTHING_HELD = "adp_held_body_bytes 0\n";

  /** More than the buffers between two ends that do not read. */
  private static final int LARGE = 24 << 20;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private final AtomicInteger answers = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, Limits.usual().connections(1).abandonedRead(500));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String answer(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(headers, body.length(), body);
  }

  /** The first request gets these bytes, the others a good answer. */
  private RawUpstream sayingFirst(String bytes) throws Exception {
    return new RawUpstream(
        socket -> RawUpstream.write(socket, answers.getAndIncrement() == 0 ? bytes : OK));
  }

  private void assertServed() throws Exception {
    HttpResponse<String> answer = rig.send(rig.chat(BODY));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(ANSWER);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  private void awaitNoConnection() throws Exception {
    Eventually.holds(
        "no connection to the upstream",
        () -> rig.metrics().lines().anyMatch("adp_upstream_connections 0"::equals));
  }

  /** It would be the beginning of the next answer, which then cannot be read, or is another one. */
  @ParameterizedTest
  @CsvSource({"HEAD, 200 OK", "GET, 204 No Content", "GET, 304 Not Modified"})
  void aBodyWhereThereCanBeNoneIsNoPartOfTheNextAnswer(String method, String status)
      throws Exception {
    for (String body : new String[] {"{\"id\":1}", EVIL}) {
      answers.set(0);
      String head = "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n".formatted(status, body.length());
      try (var upstream = sayingFirst(head + body)) {
        rig.leadTo(upstream.port());
        HttpRequest call = rig.call("/models").method(method, BodyPublishers.noBody()).build();
        assertThat(rig.send(call).statusCode()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
        var _ = rig.ledger().next();
        assertServed();
      }
    }
  }

  /** It would be that of the answer which the client has, and which is not empty. */
  @ParameterizedTest
  @ValueSource(strings = {"Not Modified", "NOT MODIFIED"})
  void anAnswerThatNothingHasChangedIsGivenNoLength(String message) throws Exception {
    try (var upstream = RawUpstream.saying("HTTP/1.1 304 " + message + "\r\nETag: a\r\n\r\n")) {
      rig.leadTo(upstream.port());
      HttpResponse<String> answer = rig.send(rig.call("/models").build());
      assertThat(answer.statusCode()).isEqualTo(304);
      assertThat(answer.headers().firstValue("etag")).contains("a");
      assertThat(answer.headers().firstValue("content-length")).isEmpty();
    }
  }

  /** Half of one would wait for the next call, and for its other half. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n", "HTTP"})
  void whatComesBetweenTwoCallsEndsTheConnection(String bytes) throws Exception {
    var first = new CompletableFuture<Socket>();
    try (var upstream =
        new RawUpstream(
            socket -> {
              boolean forged = !first.complete(socket) && first.join().equals(socket);
              RawUpstream.write(socket, forged ? "\r\nevil" : OK);
            })) {
      rig.leadTo(upstream.port());
      assertServed();
      RawUpstream.write(first.get(), bytes);
      awaitNoConnection();
      assertServed();
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /** It waits for the connection, and would be the next on it before those bytes are looked at. */
  @Test
  void aSecondAnswerIsNotThatOfTheCallThatWaits() throws Exception {
    var go = new CompletableFuture<Void>();
    try (var upstream =
        new RawUpstream(
            socket -> {
              boolean begins = answers.getAndIncrement() == 0;
              go.join();
              RawUpstream.write(socket, begins ? OK + EVIL : OK);
            })) {
      rig.leadTo(upstream.port());
      var first = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
      Eventually.holds("the first call has its connection", () -> answers.get() == 1);
      var second = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
      Eventually.holds(
          "the second call waits",
          () -> rig.metrics().lines().anyMatch("adp_live_calls 2"::equals));
      go.complete(null);
      assertThat(first.get(60, TimeUnit.SECONDS).body()).isEqualTo(ANSWER);
      assertThat(second.get(60, TimeUnit.SECONDS).body()).isEqualTo(ANSWER);
    }
  }

  /** Vert.x knows it only when nothing else is named beside it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Connection: Keep-Alive, Close\r\n", "Connection: x\r\nConnection: close\r\n"})
  void aConnectionThatIsToEndIsNotUsedAgain(String headers) throws Exception {
    try (var upstream = sayingFirst(answer(headers, ANSWER))) {
      rig.leadTo(upstream.port());
      assertServed();
      assertServed();
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /** The next call would wait behind what an upstream has not read, and perhaps never reads. */
  @Test
  void aHeldBodyThatIsAnsweredBeforeItHasLeftTakesItsConnectionWithIt() throws Exception {
    rig.answersAtOnce(
        request -> {
          if (answers.getAndIncrement() == 0) {
            request.pause();
            request.response().setStatusCode(401).end("{\"error\":\"no\"}");
          } else {
            request.response().end("{}");
          }
        });
    assertThat(rig.send(large()).statusCode()).isEqualTo(401);
    assertThat(rig.send(rig.call("/models").build()).statusCode()).isEqualTo(200);
  }

  /** An orderly end would wait for the upstream, for ever. */
  @Test
  void anUpstreamThatReadsNothingOfAHeldBodyIsLeftWhenItsClientIs() throws Exception {
    var arrived = new CompletableFuture<Void>();
    rig.answersAtOnce(
        request -> {
          request.pause();
          arrived.complete(null);
        });
    var call = rig.client().sendAsync(large(), BodyHandlers.ofString());
    arrived.get(60, TimeUnit.SECONDS);
    call.cancel(true);
    var _ = rig.ledger().next();
    awaitNoConnection();
  }

  @Test
  void aHeldBodyIsCountedUntilItHasLeftThoughItsAnswerHasBegun() throws Exception {
    var arrived = new CompletableFuture<HttpServerRequest>();
    rig.answersAtOnce(
        request -> {
          request.pause();
          request.response().setChunked(true).putHeader("content-type", "text/event-stream");
          request.response().write("data: 1\n\n").onComplete(_ -> arrived.complete(request));
        });
    var begun = rig.client().send(large(), BodyHandlers.ofInputStream());
    try (InputStream answer = begun.body()) {
      assertThat(rig.metrics()).contains("adp_held_body_bytes").doesNotContain(NOTHING_HELD);
      HttpServerRequest request = arrived.get(60, TimeUnit.SECONDS);
      request.endHandler(_ -> request.response().end()).resume();
      assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("data: 1\n\n");
    }
    Eventually.holds("nothing is held", () -> rig.metrics().contains(NOTHING_HELD));
  }

  private HttpRequest large() {
    return rig.chat("{\"model\":\"gpt-4o\",\"x\":\"%s\"}".formatted("x".repeat(LARGE)));
  }
}
