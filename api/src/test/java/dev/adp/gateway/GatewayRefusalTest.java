package dev.adp.gateway;

import static dev.adp.gateway.GatewayRig.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway itself refuses: in OpenAI's shape, and before anything reaches the upstream. */
@Timeout(60)
class GatewayRefusalTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, Limits.usual().heldBytes(20_000, 30_000).connections(8).idle(300));
    rig.answersJson("{}");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aCallWithoutATokenIsRefused() throws Exception {
    var request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up" + CHAT))
            .POST(BodyPublishers.ofString(BODY))
            .build();
    HttpResponse<String> response = rig.send(request);
    assertRefused(response, 401, "authentication_error", "invalid_api_key", "token is missing");
    assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "a.b.c", "sk-upstream-secret", "eyJhbGciOiJub25lIn0.e30.", "....", "'"})
  void aMalformedTokenIsRefused(String token) throws Exception {
    assertRefused(chatWith(token), 401, "authentication_error", "invalid_api_key", "not valid");
  }

  @Test
  void aTokenWithoutASignatureIsRefused() throws Exception {
    String[] parts = rig.token().split("\\.", -1);
    String none =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    for (String token :
        new String[] {none + "." + parts[1] + ".", parts[0] + "." + parts[1] + "."}) {
      assertRefused(chatWith(token), 401, "authentication_error", "invalid_api_key", "not valid");
    }
  }

  /** A checker that remembers tokens by their beginning would take the second for the first. */
  @Test
  void aTokenThatBeginsLikeAGoodOneIsNotOne() throws Exception {
    String good = rig.token();
    assertThat(chatWith(good).statusCode()).isEqualTo(200);
    char last = good.charAt(good.length() - 6);
    String bad =
        good.substring(0, good.length() - 6)
            + (last == 'A' ? 'B' : 'A')
            + good.substring(good.length() - 5);
    assertThat(chatWith(bad).statusCode()).isEqualTo(401);
    assertThat(chatWith(good + "A").statusCode()).isEqualTo(401);
    assertThat(chatWith(good).statusCode()).isEqualTo(200);
  }

  @Test
  void aRevokedCredentialIsRefusedAtOnce() throws Exception {
    assertThat(chatWith(rig.token()).statusCode()).isEqualTo(200);
    String token = rig.token();
    store.revoke(rig.credential().clientId());
    assertThat(chatWith(token).statusCode()).isEqualTo(401);
    assertThat(rig.seenCount()).isEqualTo(1);
  }

  @Test
  void aRoleThatMayNotInvokeIsToldWhichPermissionItLacks() throws Exception {
    String token = rig.token(rig.account("reader", Role.READER, false));
    assertRefused(
        chatWith(token),
        403,
        "permission_error",
        "permission_denied",
        "lacks permission dataplane_adp_llmprovider_invoke on provider \"up\"");
  }

  @Test
  void anUnknownProviderIsNotFound() throws Exception {
    for (String path :
        new String[] {"/llm/v1/providers/down/x", "/llm/v1/providers/", "/llm/v1/providers/Up/x"}) {
      var request = HttpRequest.newBuilder(rig.uri(path)).header("x-api-key", rig.token()).build();
      assertRefused(
          rig.send(request), 404, "invalid_request_error", "provider_not_found", "not found");
    }
  }

  @Test
  void aPathOutsideTheProvidersIsNotFound() throws Exception {
    var request = HttpRequest.newBuilder(rig.uri("/v1/chat/completions")).build();
    assertRefused(rig.send(request), 404, "invalid_request_error", "not_found", "providers are at");
  }

  @Test
  void aDisabledProviderTakesNoCalls() throws Exception {
    rig.change(draft -> draft.withEnabled(false));
    assertRefused(
        rig.send(rig.chat(BODY)), 403, "permission_error", "provider_disabled", "is disabled");
  }

  @Test
  void aProviderWhoseSecretHasGoneSaysWhich() throws Exception {
    store.execute("update secret set ciphertext = 'x', wrapped_key = 'x'");
    rig.change(draft -> draft.withModels(Drafts.models("gpt-4o"))); // Read anew.
    assertRefused(
        rig.send(rig.chat(BODY)),
        500,
        "server_error",
        "secret_not_found",
        "secret \"OPENAI_API_KEY\" not found");
  }

  @Test
  void aFullJournalServesNoCalls() throws Exception {
    rig.ledger().fill();
    HttpResponse<String> response = rig.send(rig.chat(BODY));
    assertRefused(response, 503, "server_error", "overloaded", "usage cannot be recorded");
    assertThat(response.headers().firstValue("retry-after")).contains("1");
  }

  @Test
  void aBodyAboveTheLimitIsRefusedAndOneAtTheLimitIsNot() throws Exception {
    String atTheLimit = padded(20_000);
    assertThat(rig.send(rig.chat(atTheLimit)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body().length()).isEqualTo(20_000);
    assertRefused(
        rig.send(rig.chat(padded(20_001))),
        413,
        "invalid_request_error",
        "request_too_large",
        "20000 bytes");
    assertRefused(
        rig.send(rig.chat(padded(300_000))),
        413,
        "invalid_request_error",
        "request_too_large",
        "20000 bytes");
  }

  @Test
  void bodiesThatTogetherExceedTheBudgetAreRefusedUntilItIsGivenBack() throws Exception {
    String large = padded(19_000);
    String begun = large.substring(0, 15_000);
    try (Socket one = rawPart(begun, 19_000)) {
      rig.roundTrip();
      HttpResponse<String> refused = eventuallyRefused(large);
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
      assertRefused(refused, 503, "server_error", "overloaded", "too many large requests");
      one.getOutputStream().write(large.substring(15_000).getBytes(StandardCharsets.UTF_8));
      assertThat(new String(one.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    }
    assertThat(rig.send(rig.chat(large)).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatLeavesGivesItsMemoryBack() throws Exception {
    String large = padded(19_000);
    try (Socket _ = rawPart(large.substring(0, 15_000), 19_000)) {
      assertThat(eventuallyRefused(large).statusCode()).isEqualTo(503);
    }
    dev.adp.store.Eventually.holds(
        "its memory is free", () -> rig.send(rig.chat(large)).statusCode() == 200);
  }

  @Test
  void anUpstreamThatCannotBeReachedIsABadGateway() throws Exception {
    rig.provider(Drafts.compatible("nowhere", "http://127.0.0.1:" + freePort() + "/v1", true));
    var request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/nowhere" + CHAT))
            .header("x-api-key", rig.token())
            .POST(BodyPublishers.ofString(BODY))
            .build();
    assertRefused(
        rig.send(request), 502, "server_error", "upstream_unreachable", "cannot be reached");
    assertThat(rig.ledger().next().status()).isEqualTo(502);
  }

  @Test
  void anUpstreamThatSaysNothingTimesOut() throws Exception {
    rig.answers(_ -> {});
    assertThat(rig.send(rig.chat(BODY)).statusCode()).isEqualTo(504);
    var record = rig.ledger().next();
    assertThat(record.status()).isEqualTo(504);
    assertThat(record.usageState()).isEqualTo(dev.adp.domain.UsageRecord.UsageState.MISSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../secrets", "/v1/%2e%2e/admin", "/v1/models;x", "/..%2f"})
  void aPathThatClimbsIsRefused(String path) throws Exception {
    try (Socket socket = rawGet("/llm/v1/providers/up" + path, "")) {
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 400");
    }
    assertThat(rig.seenCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"websocket, 501", "h2c, 200", "foo/2, 501"})
  void anUpgradeIsNotSupportedButAnOfferOfHttp2IsNone(String protocol, int status)
      throws Exception {
    try (Socket socket =
        rawGet(
            "/llm/v1/providers/up/v1/models", "\r\nConnection: Upgrade\r\nUpgrade: " + protocol)) {
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void aTunnelIsNotSupported() throws Exception {
    try (Socket socket = rig.raw("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com", "")) {
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 501");
    }
  }

  @Test
  void aRefusedCallWithABodyLeavesTheConnectionUsable() throws Exception {
    String large = "x".repeat(200_000);
    for (int i = 0; i < 5; i++) {
      var request =
          HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up" + CHAT))
              .header("x-api-key", "bad")
              .POST(BodyPublishers.ofString(large))
              .build();
      assertThat(rig.send(request).statusCode()).isEqualTo(401);
      assertThat(rig.send(rig.chat(BODY)).statusCode()).isEqualTo(200);
    }
  }

  private void assertRefused(
      HttpResponse<String> response, int status, String type, String code, String message) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonObject error = new JsonObject(response.body()).getJsonObject("error");
    assertThat(error.fieldNames()).containsExactly("message", "type", "param", "code");
    assertThat(error.getString("type")).isEqualTo(type);
    assertThat(error.getString("code")).isEqualTo(code);
    assertThat(error.getString("message")).contains(message);
    assertThat(rig.seenCount()).isZero();
  }

  private HttpResponse<String> chatWith(String token) throws Exception {
    return rig.send(
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up" + CHAT))
            .header("x-api-key", token)
            .POST(BodyPublishers.ofString(BODY))
            .build());
  }

  /** The budget is taken as bytes arrive, so the first tries may still pass. */
  private HttpResponse<String> eventuallyRefused(String body) throws Exception {
    var last = new java.util.concurrent.atomic.AtomicReference<HttpResponse<String>>();
    dev.adp.store.Eventually.holds(
        "the budget is used up",
        () -> {
          last.set(rig.send(rig.chat(body)));
          return last.get().statusCode() == 503;
        });
    while (rig.seenCount() > 0) {
      rig.seen();
    }
    return last.get();
  }

  private Socket rawPart(String part, int length) throws Exception {
    return rig.raw(
        "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d"
            .formatted(rig.token(), length),
        part);
  }

  private Socket rawGet(String path, String headers) throws Exception {
    return rig.raw(
        "GET %s HTTP/1.1\r\nHost: g\r\nX-Api-Key: %s%s".formatted(path, rig.token(), headers), "");
  }

  private static String statusLine(Socket socket) throws Exception {
    InputStream in = socket.getInputStream();
    return new String(in.readNBytes(12), StandardCharsets.US_ASCII);
  }

  private static String padded(int bytes) {
    String frame = "{\"model\":\"gpt-4o\",\"x\":\"\"}";
    return frame.replace("\"\"}", '"' + "y".repeat(bytes - frame.length()) + "\"}");
  }

  private static int freePort() throws Exception {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
