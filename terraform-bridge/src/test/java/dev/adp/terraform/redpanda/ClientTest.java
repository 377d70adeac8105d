package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done again, what is not, and what people are told, against a server that misbehaves. */
class ClientTest {
  /** What the server does next. */
  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private static final Subject SUBJECT =
      new Subject("LLM provider", "x", "redpanda_llm_provider", FieldPaths::same);
  private static final String SECRET = "very-secret";

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final LinkedBlockingDeque<Answer> script = new LinkedBlockingDeque<>();
  private final LinkedBlockingDeque<Answer> tokenScript = new LinkedBlockingDeque<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  ClientTest() throws IOException {}

  @BeforeEach
  void start() {
    server.createContext("/oauth/idp/token", this::token);
    server.createContext(
        "/v1/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          seen.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("authorization"));
          script.removeFirst().to(exchange);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void token(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    Answer scripted = tokenScript.pollFirst();
    if (scripted != null) {
      scripted.to(exchange);
      return;
    }
    String json =
        "{\"access_token\":\"t%d\",\"expires_in\":3600}".formatted(tokens.incrementAndGet());
    send(exchange, 200, "application/json", json);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.getResponseHeaders().set("retry-after", "0");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Answer json(String body) {
    return exchange -> send(exchange, 200, "application/json", body);
  }

  private static Answer problem(int status, String rest) {
    return exchange ->
        send(
            exchange,
            status,
            "application/problem+json",
            "{\"status\":%d,\"detail\":\"because\"%s}".formatted(status, rest));
  }

  /** The connection ends before there is an answer. */
  private static final Answer LOST = HttpExchange::close;

  private Client client() {
    return client(Duration.ofSeconds(10));
  }

  private Client client(Duration timeout) {
    var connection =
        new Connection(
            URI.create("http://localhost:" + server.getAddress().getPort() + "/"),
            new Connection.Credential.ServiceAccount("id", SECRET),
            Optional.empty(),
            timeout);
    var log =
        new HclLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            HclLog.Level.TRACE,
            Clock.systemUTC());
    var http = new Http(connection, log);
    return new Client(connection, http, new AccessTokens(connection, http, Clock.systemUTC()));
  }

  private static JsonObject body(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static List<Diagnostic> refused(Runnable call) {
    var diagnostics = new ArrayList<Diagnostic>();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(call::run)
        .satisfies(refusal -> diagnostics.addAll(refusal.diagnostics()));
    return diagnostics;
  }

  @Test
  void readingIsRepeatedWhileTheFailurePasses() {
    script.addAll(List.of(problem(503, ""), problem(429, ""), LOST, json("{\"a\":1}")));
    assertThat(client().get("/v1/x", SUBJECT)).contains(body("{\"a\":1}"));
    assertThat(seen).hasSize(4);
  }

  @Test
  void repetitionsEnd() {
    for (int i = 0; i < 10; i++) {
      script.add(problem(503, ",\"request_id\":\"r1\""));
    }
    assertThat(refused(() -> client().get("/v1/x", SUBJECT)).getFirst().detail())
        .contains("because", "r1");
    assertThat(seen).hasSize(5);
  }

  @Test
  void creatingIsRepeatedOnlyWhenTheServerDidNotLook() {
    script.addAll(List.of(problem(429, ""), json("{\"name\":\"x\"}")));
    client().create("/v1/x", "x", body("{\"name\":\"x\"}"), SUBJECT);
    assertThat(seen).hasSize(2);
    script.addAll(List.of(problem(503, ""), problem(404, "")));
    assertThat(refused(() -> client().create("/v1/x", "x", body("{}"), SUBJECT))).hasSize(1);
    assertThat(seen).filteredOn(call -> call.startsWith("POST")).hasSize(3);
  }

  @Test
  void whatIsThereAfterAProxyGaveUpIsWhatWasAskedFor() {
    String made = "{\"name\":\"x\",\"config\":{\"base_url\":\"https://a/v1\"}}";
    script.add(exchange -> send(exchange, 504, "text/html", "<h1>Gateway Timeout</h1>"));
    script.add(json(made));
    JsonObject asked = body("{\"name\":\"x\",\"config\":{\"base_url\":\" https://a/v1/\"}}");
    assertThat(client().create("/v1/x", "x", asked, SUBJECT)).isEqualTo(body(made));
    assertThat(seen).hasSize(2);
  }

  @Test
  void aTokenIsAskedForAgainWhileTheFailurePasses() {
    tokenScript.addAll(List.of(problem(503, ""), LOST));
    script.add(json("{}"));
    client().get("/v1/x", SUBJECT);
    assertThat(seen.getLast()).endsWith("Bearer t1");
  }

  @Test
  void aProxyWithNothingBehindItIsNotTakenForAWrongEndpoint() {
    script.add(exchange -> send(exchange, 502, "text/html", "<h1>Bad Gateway</h1>"));
    assertThat(
            refused(() -> client().patch("/v1/x/x", body("{}"), Optional.empty(), SUBJECT))
                .getFirst()
                .summary())
        .isEqualTo("The control plane is not available");
  }

  /** The JDK's timeout of a request ends with the head of the answer. */
  @Test
  void anAnswerThatStopsHalfWayIsNotWaitedForForEver() {
    script.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
        });
    Client client = client(Duration.ofSeconds(1));
    assertThat(
            refused(() -> client.patch("/v1/x/x", body("{}"), Optional.empty(), SUBJECT))
                .getFirst()
                .detail())
        .contains("did not answer in time");
  }

  @Test
  void aLostAnswerToACreationIsLookedUp() {
    String made = "{\"name\":\"x\",\"config\":{\"a\":1,\"b\":2},\"uid\":\"u\"}";
    script.addAll(List.of(LOST, json(made)));
    JsonObject found =
        client()
            .create(
                "/v1/x", "x", body("{\"name\":\"x\",\"config\":{\"a\":1},\"n\":null}"), SUBJECT);
    assertThat(found).isEqualTo(body(made));
    assertThat(seen.getLast()).startsWith("GET /v1/x/x");
  }

  @Test
  void whatIsThereWithOtherValuesIsNotTakenForWhatWasAskedFor() {
    script.addAll(List.of(LOST, json("{\"name\":\"x\",\"enabled\":false}")));
    assertThat(
            refused(
                    () ->
                        client()
                            .create(
                                "/v1/x", "x", body("{\"name\":\"x\",\"enabled\":true}"), SUBJECT))
                .getFirst()
                .summary())
        .isEqualTo("Cannot reach the control plane");
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnce() {
    script.addAll(List.of(problem(401, ""), json("{}"), problem(401, ""), problem(401, "")));
    Client client = client();
    client.get("/v1/x", SUBJECT);
    assertThat(seen.getLast()).endsWith("Bearer t2");
    assertThat(refused(() -> client.get("/v1/x", SUBJECT)).getFirst().summary())
        .isEqualTo("Not signed in");
    assertThat(tokens).hasValue(3);
  }

  @Test
  void aTokenIsKeptWhileItHolds() {
    script.addAll(List.of(json("{}"), json("{}")));
    Client client = client();
    client.get("/v1/x", SUBJECT);
    client.get("/v1/x", SUBJECT);
    assertThat(tokens).hasValue(1);
  }

  @Test
  void deletingWhatIsGoneIsNoError() {
    script.add(problem(404, ""));
    client().delete("/v1/x/x", SUBJECT);
    script.add(exchange -> send(exchange, 404, "text/html", "not here"));
    assertThat(refused(() -> client().delete("/v1/x/x", SUBJECT)).getFirst().summary())
        .isEqualTo("Not a control plane");
  }

  @Test
  void everyViolationIsSaidOnItsAttribute() {
    script.add(
        problem(
            422,
            """
            ,"errors":[{"field":"openai_config.api_key_ref","message":"secret \\"K\\" not found"},
                       {"field":"","message":"is wrong"}]
            """));
    List<Diagnostic> diagnostics =
        refused(() -> client().patch("/v1/x/x", body("{}"), Optional.empty(), SUBJECT));
    assertThat(diagnostics)
        .extracting(Diagnostic::path)
        .containsExactly(Path.of("openai_config", "api_key_ref"), Path.ROOT);
    assertThat(diagnostics.getFirst().detail()).contains("secret \"K\" not found");
  }

  @Test
  void listsAreReadToTheirEnd() {
    script.addAll(
        List.of(
            json("{\"rows\":[1,2],\"next_page_token\":\"p 2\"}"),
            json("{\"rows\":[3],\"next_page_token\":\"\"}")));
    assertThat(client().list("/v1/x", Map.of("q", "a&b"), "rows", SUBJECT)).hasSize(3);
    assertThat(seen.getFirst()).contains("q=a%26b");
    assertThat(seen.getLast()).contains("page_token=p%202");
  }

  @Test
  void theLogKnowsNoSecrets() {
    script.add(json("{}"));
    client().post("/v1/x?token=no", body("{\"secret_data\":\"c2VjcmV0\"}"), SUBJECT);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains("\"method\":\"POST\"", "\"path\":\"/v1/x\"", "\"status\":\"200\"")
        .doesNotContain(SECRET, "c2VjcmV0", "Bearer", "t1", "token=no");
  }
}
