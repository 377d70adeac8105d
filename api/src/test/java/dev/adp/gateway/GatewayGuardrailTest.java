package dev.adp.gateway;

import static dev.adp.gateway.GatewayBedrockTest.fault;
import static dev.adp.store.Actors.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Guardrail;
import dev.adp.domain.ResourceId;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider with a guardrail never makes a call that does not pass it. */
@Timeout(60)
class GatewayGuardrailTest {
  private static final String CONFIG =
      "\"guardrailConfig\":{\"guardrailIdentifier\":\"gr4k7l2m9xyz\",\"guardrailVersion\":\"1\"}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private BedrockRig rig;

  @SuppressWarnings("NullAway.Init")
  private ResourceId pii;

  @BeforeEach
  void start() {
    rig = new BedrockRig(store);
    rig.gateway().answersJson("{}");
    pii = store.guardrails().create(WRITER, Drafts.guardrail("pii", "us-east-1")).name();
    rig.guard(pii);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/model/m/converse | {} | {@}",
        "/model/m/converse-stream | {\"messages\":[1.50]} | {@,\"messages\":[1.50]}",
        "/model/m/converse | {\"guardrailConfig\":{\"guardrailIdentifier\":\"theirs\"}} | {@}",
      })
  void converseCarriesItInItsBody(String path, String body, String arriving) throws Exception {
    assertThat(rig.post(path, body).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.body()).hasToString(arriving.replace("@", CONFIG));
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/m/invoke",
        "/model/m/invoke-with-response-stream",
        "/chat/completions",
        "/openai/v1/chat/completions",
      })
  void theOtherSurfacesCarryItInHeadersWhateverTheClientSends(String path) throws Exception {
    var call =
        rig.call(path)
            .header("X-Amzn-Bedrock-GuardrailIdentifier", "theirs")
            .header("X-Amzn-Bedrock-GuardrailVersion", "DRAFT");
    assertThat(rig.send(BedrockRig.with(call, "{\"model\":\"m\"}")).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.request().headers().getAll("X-Amzn-Bedrock-GuardrailIdentifier"))
        .containsExactly("gr4k7l2m9xyz");
    assertThat(seen.request().headers().getAll("X-Amzn-Bedrock-GuardrailVersion"))
        .containsExactly("1");
    assertThat(seen.body()).hasToString("{\"model\":\"m\"}");
    assertThat(seen.header("authorization")).contains(";x-amzn-bedrock-guardrailidentifier;");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  /** Both are put on one call, and both are signed. */
  @ParameterizedTest
  @ValueSource(strings = {"/chat/completions", "/openai/v1/chat/completions"})
  void aStreamIsGuardedAndAskedForItsUsage(String path) throws Exception {
    var call = rig.call(path).header("X-Amzn-Bedrock-GuardrailIdentifier", "theirs");
    String body = "{\"model\":\"m\",\"stream\":true}";
    assertThat(rig.send(BedrockRig.with(call, body)).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.request().headers().getAll("X-Amzn-Bedrock-GuardrailIdentifier"))
        .containsExactly("gr4k7l2m9xyz");
    assertThat(seen.header("X-Amzn-Bedrock-GuardrailVersion")).isEqualTo("1");
    assertThat(seen.body())
        .hasToString(
            "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/anthropic/v1/messages",
        "/async-invoke",
        "/model/m/invoke-with-bidirectional-stream",
        "/openai/v1/responses",
      })
  void aSurfaceThatCannotCarryItIsRefused(String path) throws Exception {
    HttpResponse<String> answer = rig.post(path, "{\"model\":\"m\"}");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("cannot carry the guardrail");
    assertThat(rig.gateway().seenCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"guardrailConfig\":{},\"guardrailConfig\":{}}",
        "{\"guardrail\\u0043onfig\":{}}",
        "[]",
        "{\"a\":",
        "",
      })
  void aBodyThatCannotCarryItForSureIsRefused(String body) throws Exception {
    HttpResponse<String> answer = rig.post("/model/m/converse", body);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("x-amzn-errortype")).contains("AccessDeniedException");
    assertThat(new JsonObject(answer.body()).getString("message")).contains("guardrail");
    assertThat(rig.gateway().seenCount()).isZero();
  }

  /** Not as JSON, so that the body would else be passed on as it comes. */
  @Test
  void theTypeThatTheClientGivesItsBodyMakesNoDifference() throws Exception {
    var call = rig.call("/model/m/converse").setHeader("content-type", "text/plain");
    assertThat(rig.send(BedrockRig.with(call, "{}")).statusCode()).isEqualTo(200);
    assertThat(rig.gateway().seen().body()).hasToString("{" + CONFIG + "}");
  }

  @Test
  void aDisabledGuardrailStopsEveryCallAtOnce() throws Exception {
    var _ =
        store
            .guardrails()
            .update(
                WRITER,
                pii,
                _ -> true,
                draft ->
                    new Guardrail.Draft(
                        draft.name(),
                        draft.displayName(),
                        draft.description(),
                        false,
                        draft.region(),
                        draft.identifier(),
                        draft.guardrailVersion()));
    for (String path : new String[] {"/model/m/invoke", "/model/m/converse", "/chat/completions"}) {
      HttpResponse<String> answer = rig.post(path, "{\"model\":\"m\"}");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("of this provider is disabled");
    }
    assertThat(rig.gateway().seenCount()).isZero();
  }

  /** Nothing speaks there that could be guarded. */
  @Test
  void readingAndCountingNeedNone() throws Exception {
    assertThat(rig.send(rig.call("/async-invoke").GET()).statusCode()).isEqualTo(200);
    assertThat(rig.post("/model/m/count-tokens", "{\"input\":{}}").statusCode()).isEqualTo(200);
    assertThat(rig.gateway().seen().request().method().name()).isEqualTo("GET");
    assertThat(rig.gateway().seen().body()).hasToString("{\"input\":{}}");
  }
}
