package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Guardrail;
import dev.adp.store.Drafts;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockGuardrailTest {
  private static final BedrockGuardrail GUARDRAIL =
      new BedrockGuardrail(
          new Guardrail(
              UUID.randomUUID(),
              Drafts.guardrail("pii", "us-east-1"),
              Guardrail.State.ACTIVE,
              Instant.EPOCH,
              Instant.EPOCH,
              "a",
              "a",
              1));
  private static final String CONFIG =
      "{\"guardrailIdentifier\":\"gr4k7l2m9xyz\",\"guardrailVersion\":\"1\"}";

  @Test
  void headersOfTheClientGiveWay() {
    MultiMap headers =
        HttpHeaders.headers()
            .add("X-Amzn-Bedrock-GuardrailIdentifier", "theirs")
            .add("x-amzn-bedrock-guardrailidentifier", "theirs too")
            .add("X-Amzn-Bedrock-GuardrailVersion", "DRAFT");
    GUARDRAIL.put(headers);
    assertThat(headers.getAll("X-Amzn-Bedrock-GuardrailIdentifier"))
        .containsExactly("gr4k7l2m9xyz");
    assertThat(headers.getAll("X-Amzn-Bedrock-GuardrailVersion")).containsExactly("1");
  }

  /** The edit is shown whole, with {@code @} for the configuration that is put in. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {\"guardrailConfig\":@}",
        "{ } | {\"guardrailConfig\":@ }",
        "{\"a\":1} | {\"guardrailConfig\":@,\"a\":1}",
        "{ \"n\" : 1e400,\"s\":\"\\u00e9\\/\" } | {\"guardrailConfig\":@, \"n\" : 1e400,\"s\":\"\\u00e9\\/\" }",
        "{\"guardrailConfig\":{\"guardrailIdentifier\":\"theirs\"},\"a\":1} | {\"guardrailConfig\":@,\"a\":1}",
        "{\"a\":1,\"guardrailConfig\" : {\"trace\":\"enabled\"} } | {\"a\":1,\"guardrailConfig\" : @ }",
        "{\"guardrailConfig\":null} | {\"guardrailConfig\":@}",
        "{\"guardrailConfig\":7} | {\"guardrailConfig\":@}",
        "{\"messages\":[{\"guardrailConfig\":1}]} | {\"guardrailConfig\":@,\"messages\":[{\"guardrailConfig\":1}]}",
        "{\"x\":\"guardrailConfig\"} | {\"guardrailConfig\":@,\"x\":\"guardrailConfig\"}",
      })
  void theGuardrailIsPutInAndNothingElseIsTouched(String body, String expected) {
    assertThat(put(body).map(Buffer::toString)).contains(expected.replace("@", CONFIG));
  }

  /** Whatever two readers might read in two ways could be a way past the guardrail. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"guardrailConfig\":{},\"guardrailConfig\":{}}",
        "{\"guardrailConfig\":{},\"guardrail\\u0043onfig\":{}}",
        "{\"guardrail\\u0043onfig\":{}}",
        "{\"GuardrailConfig\":{}}",
        "{\"guardrailConfig\":{},\"guardrailconfig\":{}}",
        "[]",
        "[{}]",
        "{\"a\":1",
        "{\"a\":1}{}",
        "\uFEFF{\"a\":1}",
        "",
      })
  void aBodyThatCanBeReadInTwoWaysIsRefused(String body) {
    assertThat(put(body)).isEmpty();
  }

  @Test
  void aBodyInAnotherEncodingIsRefused() {
    assertThat(put(Buffer.buffer("{\"a\":1}", "UTF-16"))).isEmpty();
    assertThat(put(Buffer.buffer("{\"a\":1}", "UTF-16LE"))).isEmpty();
  }

  /** A configuration of any size gives way, though its value is not kept. */
  @Test
  void aLargeConfigurationIsReplacedToo() {
    String large = "{\"guardrailConfig\":{\"x\":\"" + "y".repeat(100_000) + "\"},\"a\":1}";
    assertThat(put(large).map(Buffer::toString))
        .contains("{\"guardrailConfig\":" + CONFIG + ",\"a\":1}");
  }

  private static Optional<Buffer> put(String body) {
    return put(Buffer.buffer(body));
  }

  private static Optional<Buffer> put(Buffer body) {
    var members = new JsonMembers(JsonKeys.of(BedrockGuardrail.MEMBER), 4_096);
    members.accept(body);
    return GUARDRAIL.put(body, members);
  }
}
