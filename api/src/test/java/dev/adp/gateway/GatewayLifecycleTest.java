package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.models;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a call holds it gives back, and what cannot be done is said. */
@Timeout(60)
class GatewayLifecycleTest {
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @Test
  void theLineEndBehindAKeyIsNotSent() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rotate("sk-1\r\n");
      rig.answersJson("{}");
      assertThat(rig.send(rig.chat("{}")).statusCode()).isEqualTo(200);
      assertThat(rig.seen().header("authorization")).isEqualTo("Bearer sk-1");
    }
  }

  @Test
  void aValueThatNoHeaderCarriesIsNamedNotShown() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rotate("sk-1\nsk-2");
      HttpResponse<String> answer = rig.send(rig.chat("{}"));
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("secret \\\"OPENAI_API_KEY\\\"").doesNotContain("sk-");
    }
  }

  @Test
  void aRefusedCallerWhoNeverEndsHisBodyIsCutOff() throws Exception {
    try (var rig = new GatewayRig(store);
        Socket client =
            rig.raw(
                "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: gateway\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 100",
                "{\"a\"")) {
      String all = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void aClientWhoLeavesBeforeItsTurnKeepsNoConnection() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().connections(1))) {
      var first = new CompletableFuture<HttpServerRequest>();
      rig.answers(first::complete);
      CompletableFuture<HttpResponse<String>> served =
          rig.client().sendAsync(rig.chat("{}"), BodyHandlers.ofString());
      HttpServerRequest held = first.get(20, SECONDS);
      try (Socket _ = rig.rawChat(STREAM)) {
        rig.roundTrip();
        rig.roundTrip();
      }
      rig.roundTrip();
      rig.answersJson("{}");
      held.response().end();
      assertThat(served.get(20, SECONDS).statusCode()).isEqualTo(200);
      assertThat(rig.client().sendAsync(rig.chat("{}"), BodyHandlers.ofString()))
          .succeedsWithin(20, SECONDS);
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
      UsageRecord gone = rig.ledger().next();
      assertThat(gone.outcome()).isEqualTo(Outcome.CLIENT_GONE);
      assertThat(gone.status()).isEqualTo(499);
    }
  }

  @Test
  void halfAnUploadDoesNotPassForAWholeOne() throws Exception {
    try (var rig = new GatewayRig(store)) {
      var begun = new CompletableFuture<Void>();
      var ended = new CompletableFuture<String>();
      rig.answersAtOnce(
          request ->
              request
                  .exceptionHandler(_ -> ended.complete("cut"))
                  .endHandler(_ -> ended.complete("whole"))
                  .handler(_ -> begun.complete(null)));
      try (Socket _ =
          rig.raw(
              "POST /llm/v1/providers/up/audio/transcriptions HTTP/1.1\r\nHost: gateway\r\n"
                  + "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n"
                  + "Authorization: Bearer "
                  + rig.token(),
              "5\r\nhello\r\n")) {
        begun.get(20, SECONDS);
      }
      assertThat(ended.get(20, SECONDS)).isEqualTo("cut");
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    }
  }

  @Test
  void aBodyThatIsSentTakesNoMoreMemory() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().heldBytes(1_000, 1_000))) {
      var waiting = new LinkedBlockingQueue<HttpServerRequest>();
      rig.answers(waiting::add);
      String body = "{\"model\":\"%s\"}".formatted("x".repeat(600));
      CompletableFuture<HttpResponse<String>> slow =
          rig.client().sendAsync(rig.chat(body), BodyHandlers.ofString());
      HttpServerRequest held = waiting.take();
      rig.answersJson("{}");
      assertThat(rig.send(rig.chat(body)).statusCode()).isEqualTo(200);
      held.response().end();
      assertThat(slow.get(20, SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aMultipartBodyCannotPassForJson() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.change(draft -> draft.withModels(models("gpt-4o")));
      String both = "{\"model\":\"gpt-4o\",\"x\":\"\r\n--b\r\nContent-Disposition: form-data\"}";
      var request =
          rig.call("/images/edits")
              .header("content-type", "multipart/form-data; boundary=b; x=+json")
              .POST(BodyPublishers.ofString(both))
              .build();
      assertThat(rig.send(request).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void nothingThatAClientSendsChangesWhereItsCallGoes() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson("{}");
      String elsewhere = "http://127.0.0.1:1/v1";
      var request =
          rig.call("/chat/completions?api_base=" + elsewhere + "&base_url=" + elsewhere)
              .header("content-type", "application/json")
              .header("x-portkey-custom-host", elsewhere)
              .header("x-forwarded-host", "127.0.0.1:1")
              .header("x-base-url", elsewhere)
              .POST(
                  BodyPublishers.ofString(
                      "{\"model\":\"gpt-4o\",\"api_base\":\"%1$s\",\"base_url\":\"%1$s\"}"
                          .formatted(elsewhere)))
              .build();
      assertThat(rig.send(request).statusCode()).isEqualTo(200);
      GatewayRig.Seen seen = rig.seen();
      assertThat(seen.request().path()).isEqualTo("/v1/chat/completions");
      assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + rig.upstreamPort());
    }
  }

  /**
   * Nobody waits for its answer any more, so it ends with the gateway; it must not be forgotten.
   */
  @Test
  void aCallThatIsReadOnForItsUsageIsRecordedBeforeTheGatewayHasStopped() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var rig = new GatewayRig(store);
      rig.leadTo(silent.getLocalPort());
      Socket client = rig.rawChat("{\"model\":\"gpt-4o\"}");
      try (Socket upstream = silent.accept()) {
        assertThat(upstream.getInputStream().read()).isEqualTo('P');
        client.close();
        rig.roundTrip();
        rig.close();
        assertThat(rig.ledger().pending()).isEqualTo(1);
      }
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
      assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    }
  }

  private static void rotate(String value) {
    var _ =
        store.secrets().replace(ADMIN, OPENAI_API_KEY, Optional.of(key(value)), Optional.empty());
  }
}
