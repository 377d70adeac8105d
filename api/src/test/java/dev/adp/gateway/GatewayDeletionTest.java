package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ResourceId;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deleting a provider ends its calls, each with its record; disabling lets them end. */
@Timeout(60)
class GatewayDeletionTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";
  private static final String EVENT =
      "data: {\"model\":\"gpt-4o\",\"choices\":[{}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  private final CompletableFuture<HttpServerRequest> upstream = new CompletableFuture<>();
  private final CompletableFuture<Void> upstreamClosed = new CompletableFuture<>();

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static void delete() {
    store.providers().delete(ADMIN, new ResourceId("up"), _ -> true);
  }

  private void upstreamBegins(HttpServerRequest request, String begin) {
    request.response().closeHandler(_ -> upstreamClosed.complete(null));
    if (!begin.isEmpty()) {
      request.response().setChunked(true).putHeader("content-type", "text/event-stream");
      var _ = request.response().write(begin);
    }
    upstream.complete(request);
  }

  @Test
  void aStreamBreaksOffVisiblyUpstreamIsFreedAndWhatWasReportedIsKept() throws Exception {
    rig.answers(request -> upstreamBegins(request, EVENT));
    try (Socket client = rig.rawChat(STREAM)) {
      InputStream in = client.getInputStream();
      readUntil(in, "completion_tokens");
      delete();
      String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).doesNotContain("\r\n0\r\n");
    }
    upstreamClosed.get();
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    assertThat(record.tokens().total()).isEqualTo(15);
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aCallThatWaitsForItsAnswerIsToldWhy() throws Exception {
    rig.answers(request -> upstreamBegins(request, ""));
    var answer =
        rig.client().sendAsync(rig.chat(BODY), java.net.http.HttpResponse.BodyHandlers.ofString());
    upstream.get();
    delete();
    assertThat(answer.get().statusCode()).isEqualTo(404);
    assertThat(answer.get().body()).contains("was deleted during this call");
    upstreamClosed.get();
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(record.status()).isEqualTo(404);
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aCallWhoseBodyIsStillArrivingGoesNowhere() throws Exception {
    rig.answersJson("{}");
    try (Socket client =
        rig.raw(
            "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d"
                .formatted(rig.token(), BODY.length()),
            BODY.substring(0, 5))) {
      rig.roundTrip();
      delete();
      rig.roundTrip();
      client.getOutputStream().write(BODY.substring(5).getBytes(StandardCharsets.UTF_8));
      assertThat(readUntil(client.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 404");
    }
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(rig.seenCount()).isZero();
  }

  @Test
  void aDisabledProviderLetsItsCallsEnd() throws Exception {
    rig.answers(request -> upstreamBegins(request, EVENT));
    try (Socket client = rig.rawChat(STREAM)) {
      readUntil(client.getInputStream(), "completion_tokens");
      rig.change(draft -> draft.withEnabled(false));
      assertThat(rig.send(rig.chat(BODY)).statusCode()).isEqualTo(403);
      upstream.get().response().end("data: [DONE]\n\n").await();
      readUntil(client.getInputStream(), "\r\n0\r\n");
    }
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
  }

  private static String readUntil(InputStream in, String text) throws java.io.IOException {
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
