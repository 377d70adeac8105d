package dev.adp.terraform.redpanda;

import static dev.adp.terraform.redpanda.ScriptedControlPlane.GONE;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.LOST;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.json;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.page;
import static dev.adp.terraform.redpanda.ScriptedControlPlane.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.redpanda.ScriptedControlPlane.Answer;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done again, what is not, and what people are told, against a server that misbehaves. */
class ClientTest {
  private static final Subject SUBJECT =
      new Subject("LLM provider", "x", "redpanda_llm_provider", FieldPaths::same);

  private final ScriptedControlPlane server = new ScriptedControlPlane();
  private final Deque<Answer> script = server.script;
  private final List<String> seen = server.seen;

  @AfterEach
  void stop() {
    server.close();
  }

  private Client client() {
    return server.client();
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
    script.addAll(List.of(problem(503, ""), GONE));
    assertThat(refused(() -> client().create("/v1/x", "x", body("{}"), SUBJECT))).hasSize(1);
    assertThat(seen).filteredOn(call -> call.startsWith("POST")).hasSize(3);
  }

  /** The first try may have been carried out: the second would find that something has changed. */
  @Test
  void replacingIsRepeatedUnlessItNamesAVersion() {
    script.addAll(List.of(problem(503, ""), LOST, json("{\"name\":\"x\"}")));
    client().put("/v1/x/x", body("{}"), Optional.empty(), SUBJECT);
    assertThat(seen).hasSize(3);
    for (Answer passing : List.of(problem(503, ""), page(504, ""), LOST)) {
      seen.clear();
      script.addAll(List.of(passing, problem(412, ",\"code\":\"ABORTED\"")));
      assertThat(refused(() -> client().put("/v1/x/x", body("{}"), Optional.of("\"1\""), SUBJECT)))
          .extracting(Diagnostic::summary)
          .doesNotContain("LLM provider \"x\" was changed by someone else");
      assertThat(seen).hasSize(1);
      script.clear();
    }
    script.addAll(List.of(problem(429, ""), json("{\"name\":\"x\"}")));
    client().put("/v1/x/x", body("{}"), Optional.of("\"1\""), SUBJECT);
    assertThat(server.ifMatch).endsWith("\"1\"", "\"1\"");
  }

  @Test
  void whatIsThereAfterAProxyGaveUpIsWhatWasAskedFor() {
    String made = "{\"name\":\"x\",\"config\":{\"base_url\":\"https://a/v1\"}}";
    script.add(page(504, "<h1>Gateway Timeout</h1>"));
    script.add(json(made));
    JsonObject asked = body("{\"name\":\"x\",\"config\":{\"base_url\":\" https://a/v1/\"}}");
    assertThat(client().create("/v1/x", "x", asked, SUBJECT)).isEqualTo(body(made));
    assertThat(seen).hasSize(2);
  }

  @Test
  void aTokenIsAskedForAgainWhileTheFailurePasses() {
    server.tokenScript.addAll(List.of(problem(503, ""), LOST));
    script.add(json("{}"));
    client().get("/v1/x", SUBJECT);
    assertThat(seen.getLast()).endsWith("Bearer t1");
  }

  @Test
  void aProxyWithNothingBehindItIsNotTakenForAWrongEndpoint() {
    script.add(page(502, "<h1>Bad Gateway</h1>"));
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
    Client client = server.client(Duration.ofSeconds(1));
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

  /** A proxy may lose the answer and be content all the same. */
  @Test
  void aSuccessThatHoldsNoObjectIsLookedUpToo() {
    String made = "{\"name\":\"x\",\"uid\":\"u\"}";
    for (String lost : List.of("", "<h1>OK</h1>", "[]", "{\"name\":")) {
      script.addAll(List.of(page(200, lost), json(made)));
      assertThat(client().create("/v1/x", "x", body("{\"name\":\"x\"}"), SUBJECT))
          .as(lost)
          .isEqualTo(body(made));
      assertThat(seen.getLast()).startsWith("GET /v1/x/x");
    }
    script.addAll(List.of(page(200, "<h1>OK</h1>"), GONE));
    assertThat(refused(() -> client().create("/v1/x", "x", body("{}"), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("Not a control plane");
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
    assertThat(server.tokens).hasValue(3);
  }

  @Test
  void aTokenIsKeptWhileItHolds() {
    script.addAll(List.of(json("{}"), json("{}")));
    Client client = client();
    client.get("/v1/x", SUBJECT);
    client.get("/v1/x", SUBJECT);
    assertThat(server.tokens).hasValue(1);
  }

  /** A proxy that knows no such path says nothing of what is there. */
  @Test
  void onlyTheControlPlanesOwnWordMakesSomethingGone() {
    script.addAll(List.of(GONE, GONE));
    client().delete("/v1/x/x", Optional.empty(), SUBJECT);
    assertThat(client().get("/v1/x/x", SUBJECT)).isEmpty();
    script.add(page(404, "not here"));
    assertThat(refused(() -> client().delete("/v1/x/x", Optional.empty(), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("Not a control plane");
    script.add(problem(404, ",\"type\":\"https://proxy.example.com/no-route\""));
    assertThat(refused(() -> client().get("/v1/x/x", SUBJECT))).hasSize(1);
  }

  @Test
  void deletingLeavesAloneWhatHasChangedSinceItWasRead() {
    script.add(problem(412, ",\"code\":\"ABORTED\""));
    assertThat(refused(() -> client().delete("/v1/x/x", Optional.of("\"1\""), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("LLM provider \"x\" was changed by someone else");
    assertThat(server.ifMatch.getLast()).isEqualTo("\"1\"");
  }

  @Test
  void whatMayHaveBeenMadeIsSaidWhenItCannotBeLookedUp() {
    script.add(page(504, ""));
    script.add(page(404, ""));
    assertThat(refused(() -> client().create("/v1/x", "x", body("{}"), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly(
            "The control plane is not available", "LLM provider \"x\" may have been created");
  }

  @Test
  void aProblemThatIsNotLikeOursIsStillSaid() {
    for (String errors : List.of("\"none\"", "{}", "[1,null,\"a\"]")) {
      script.add(problem(422, ",\"errors\":" + errors));
      assertThat(
              refused(() -> client().patch("/v1/x/x", body("{}"), Optional.empty(), SUBJECT))
                  .getFirst()
                  .detail())
          .isEqualTo("because.");
    }
  }

  @Test
  void whatIsNoListAndNoTokenIsNotTakenForOne() {
    script.add(json("{\"rows\":3}"));
    assertThat(refused(() -> client().list("/v1/x", Map.of(), "rows", SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("Not a control plane");
    server.tokenScript.add(json("{\"expires_in\":\"soon\"}"));
    assertThat(refused(() -> client().get("/v1/x", SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly("Not a control plane");
  }

  /** A path would be looked for in the resource that is being worked on. */
  @Test
  void aCredentialThatIsRefusedIsSoughtInTheProviderBlock() {
    server.tokenScript.add(
        exchange ->
            ScriptedControlPlane.send(
                exchange, 401, "application/json", "{\"error\":\"invalid_client\"}"));
    assertThat(refused(() -> client().get("/v1/x", SUBJECT)))
        .singleElement()
        .satisfies(each -> assertThat(each.path()).isEqualTo(Path.ROOT))
        .satisfies(each -> assertThat(each.detail()).contains("the provider block"));
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
    assertThat(diagnostics.getFirst().detail())
        .endsWith("openai_config.api_key_ref: secret \"K\" not found.");
    assertThat(diagnostics.getLast().detail()).endsWith(": is wrong.");
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
  void aListThatDoesNotEndIsAnError() {
    server.otherwise = json("{\"rows\":[1],\"next_page_token\":\"again\"}");
    assertThat(refused(() -> client().list("/v1/x", Map.of(), "rows", SUBJECT)))
        .extracting(Diagnostic::detail)
        .containsExactly("The list has not ended after 200 rows. Narrow it with filters.");
  }

  static List<Arguments> failures() {
    return List.of(
        arguments(new SSLHandshakeException("").initCause(new CertificateException()), true),
        arguments(new IOException(new SSLException("is this https?")), true),
        arguments(new BoundedBody.TooLong(), true),
        arguments(new SSLHandshakeException("").initCause(new EOFException()), false),
        arguments(new SSLException(new SocketException()), false),
        arguments(new ConnectException(), false));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatWillBeTheSameTheNextTimeIsNotTriedAgain(IOException failure, boolean lasts) {
    assertThat(Http.isLasting(failure)).isEqualTo(lasts);
  }

  @Test
  void answersHaveABound() {
    var body = new BoundedBody();
    var text = body.getBody().toCompletableFuture();
    var ended = new AtomicBoolean();
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {}

          @Override
          public void cancel() {
            ended.set(true);
          }
        });
    ByteBuffer part = ByteBuffer.allocate(BoundedBody.BYTES_MAX / 2);
    body.onNext(List.of(part.duplicate(), part.duplicate()));
    assertThat(text).isNotDone();
    body.onNext(List.of(part.duplicate().limit(1)));
    assertThat(text).isCompletedExceptionally();
    assertThat(ended).isTrue();
  }

  @Test
  void theLogKnowsNoSecrets() {
    script.add(json("{}"));
    client().post("/v1/x?token=no", body("{\"secret_data\":\"c2VjcmV0\"}"), SUBJECT);
    assertThat(server.log())
        .contains("\"method\":\"POST\"", "\"path\":\"/v1/x\"", "\"status\":\"200\"")
        .doesNotContain(ScriptedControlPlane.SECRET, "c2VjcmV0", "Bearer", "t1", "token=no");
  }
}
