package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ResourceId;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators learn of calls, and what they never do. */
@Timeout(60)
class GatewayReportsTest {
  private static final String MARKER = "marker-7f3a";
  private static final String USAGE =
      """
      {"id":"chatcmpl-1","model":"gpt-4o","usage":{"prompt_tokens":7,"completion_tokens":5}}""";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @Test
  void aCallIsOneLineWithItsTokensAndItsCost() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson(USAGE);
      rig.send(
          rig.call("/chat/completions?secret=" + MARKER)
              .header("content-type", "application/json")
              .header("x-request-id", "from-the-client")
              .header("x-other", MARKER)
              .POST(BodyPublishers.ofString(prompt("gpt-4o")))
              .build());
      List<String> log = rig.log();
      assertThat(log).hasSize(1);
      var line = new JsonObject(log.getFirst());
      assertThat(line.getString("request_id")).isEqualTo("from-the-client");
      assertThat(line.getString("provider")).isEqualTo("up");
      assertThat(line.getString("model")).isEqualTo("gpt-4o");
      assertThat(line.getString("user")).isEqualTo("caller");
      assertThat(line.getInteger("status")).isEqualTo(200);
      assertThat(line.getString("outcome")).isEqualTo("ok");
      assertThat(line.containsKey("code")).as("the answer is the upstream's").isFalse();
      assertThat(line.getString("upstream_id")).isEqualTo("chatcmpl-1");
      assertThat(line.getJsonObject("tokens").getInteger("input")).isEqualTo(7);
      assertThat(line.getLong("cost_microcents")).isPositive();
      assertThat(log.getFirst()).doesNotContain(MARKER, rig.token(), GatewayRig.UPSTREAM_KEY);
    }
  }

  @Test
  void aRefusalIsOneLineWithItsCode() throws Exception {
    try (var rig = new GatewayRig(store)) {
      HttpResponse<String> answer =
          rig.send(
              HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up/chat/completions?key=" + MARKER))
                  .build());
      assertThat(answer.statusCode()).isEqualTo(401);
      List<String> log = rig.log();
      var line = new JsonObject(log.getFirst());
      assertThat(line.getString("outcome")).isEqualTo("refused");
      assertThat(line.getString("code")).isEqualTo("invalid_api_key");
      assertThat(line.getString("request_id"))
          .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
      assertThat(log.getFirst()).doesNotContain(MARKER);
      assertThat(rig.metrics()).contains("adp_refusals_total{code=\"invalid_api_key\"} 1\n");
    }
  }

  @Test
  void aCallThatFindsNoUpstreamIsOneLineWithTheCodeOfItsAnswer() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answers(request -> request.connection().close());
      HttpResponse<String> answer = rig.send(rig.chat(prompt("gpt-4o")));
      assertThat(answer.statusCode()).isEqualTo(502);
      var line = new JsonObject(rig.log().getFirst());
      assertThat(line.getString("outcome")).isEqualTo("upstream_failed");
      assertThat(line.getString("code"))
          .isEqualTo(answer.headers().firstValue("x-adp-error-code").orElseThrow());
    }
  }

  @Test
  void nothingThatACallerSendsBreaksALine() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson("{\"id\":\"a\\nb\\u2028\\u001b[2J\"}");
      rig.send(rig.chat("{\"model\":\"m\\r\\n{\\\"status\\\":200}\\u2028\\u0085\"}"));
      List<String> log = rig.log();
      assertThat(log).hasSize(1);
      assertThat(log.getFirst()).matches("[ -~]+");
      assertThat(new JsonObject(log.getFirst()).getString("model")).contains("status");
    }
  }

  @Test
  void labelsAreOfThingsThatExist() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.provider(Drafts.openAi("gone", "http://127.0.0.1:" + rig.upstreamPort() + "/v1"));
      rig.answersJson(USAGE);
      rig.send(rig.chat(prompt("gpt-4o")));
      rig.send(rig.chat(prompt("made-up-" + MARKER)));
      rig.send(rig.chat(prompt("made-up-too-" + MARKER)));
      String metrics = rig.metrics();
      assertThat(metrics)
          .contains(
              "adp_requests_total{provider=\"up\",model=\"gpt-4o\",outcome=\"ok\",status=\"2xx\"} 1\n",
              "adp_requests_total{provider=\"up\",model=\"other\",outcome=\"ok\",status=\"2xx\"} 2\n",
              "adp_tokens_total{provider=\"up\",model=\"gpt-4o\",type=\"output\"} 5\n",
              // 7 × 250 + 5 × 1,000.
              "adp_cost_microcents_total{provider=\"up\",model=\"gpt-4o\"} 6750\n",
              "adp_unpriced_tokens_total{provider=\"up\",model=\"gpt-4o\"} 0\n",
              "adp_request_duration_seconds_count{provider=\"up\"} 3\n",
              "adp_time_to_first_byte_seconds_count{provider=\"up\"} 3\n",
              "adp_held_body_bytes 0\n",
              "adp_access_log_dropped_total 0\n")
          .doesNotContain(MARKER, GatewayRig.UPSTREAM_KEY, rig.token());
    }
  }

  @Test
  void aDeletedProviderLeavesTheMetrics() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson(USAGE);
      rig.send(rig.chat(prompt("gpt-4o")));
      assertThat(rig.metrics()).contains("provider=\"up\"");
      store.providers().delete(ADMIN, new ResourceId("up"), _ -> true);
      assertThat(rig.metrics()).doesNotContain("provider=\"up\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "caf\u00e9"})
  void anIdThatIsNoneIsReplaced(String id) throws Exception {
    try (var rig = new GatewayRig(store);
        Socket socket =
            rig.raw(
                "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: " + id,
                "")) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).containsPattern("(?i)x-request-id: [0-9a-f]{32}\r\n");
    }
  }

  @Test
  void theUpstreamsRequestIdIsNotHiddenByOurs() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answers(request -> request.response().putHeader("x-request-id", "req_up").end("{}"));
      HttpResponse<String> answer =
          rig.send(
              rig.call("/models")
                  .header("x-request-id", "mine")
                  .header("traceparent", TRACE)
                  .build());
      assertThat(answer.headers().allValues("x-request-id")).containsExactly("req_up");
      assertThat(answer.headers().allValues("x-adp-request-id")).containsExactly("mine");
      assertThat(rig.seen().header("traceparent")).isEqualTo(TRACE);
    }
  }

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  /** Of calls whose bodies are held, too. */
  @Test
  void theTraceOfTheClientGoesOn() throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson(USAGE);
      rig.send(
          rig.call("/chat/completions")
              .header("content-type", "application/json")
              .header("traceparent", TRACE)
              .header("tracestate", "a=1,b=2")
              .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o\",\"stream\":true}"))
              .build());
      GatewayRig.Seen seen = rig.seen();
      assertThat(seen.body().toString()).contains("include_usage");
      assertThat(seen.header("traceparent")).isEqualTo(TRACE);
      assertThat(seen.header("tracestate")).isEqualTo("a=1,b=2");
    }
  }

  @Test
  void moreCallsThanMayBeAreRefused() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().calls(1))) {
      var held = new CompletableFuture<HttpServerRequest>();
      rig.answers(held::complete);
      var first = rig.client().sendAsync(rig.chat("{}"), BodyHandlers.ofString());
      var request = held.get();
      assertThat(rig.send(rig.chat("{}")).statusCode()).isEqualTo(503);
      request.response().end();
      assertThat(first.get().statusCode()).isEqualTo(200);
      rig.roundTrip();
      rig.answersJson("{}");
      assertThat(rig.send(rig.chat("{}")).statusCode()).isEqualTo(200);
      assertThat(rig.metrics()).contains("adp_live_calls 0\n");
    }
  }

  @Test
  void aConnectionThatAsksForNothingIsClosed() throws Exception {
    try (var rig = new GatewayRig(store, Limits.usual().clientHeader(50));
        Socket socket = rig.raw("GET /slow HTTP/1.1\r\nHost: x\r\nX-Drip: a", "")) {
      assertThat(socket.getInputStream().read()).isIn(-1, (int) 'H');
    }
  }

  private static String prompt(String model) {
    return new JsonObject().put("model", model).put("prompt", MARKER).encode();
  }
}
