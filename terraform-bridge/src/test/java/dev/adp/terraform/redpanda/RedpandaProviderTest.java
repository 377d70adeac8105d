package dev.adp.terraform.redpanda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.redpanda.Connection.Credential;
import dev.adp.terraform.rpc.ProviderCalls;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedpandaProviderTest {
  /** Containers have such names; the JDK's client calls none of them. */
  @Test
  void anEndpointThatCannotBeCalledIsRefusedAtOnce() {
    var provider =
        new RedpandaProvider(
            Map.of("REDPANDA_ADP_ENDPOINT", "http://adp_api:8080", "REDPANDA_ACCESS_TOKEN", "t"),
            new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC()));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> provider.configure(Value.Structure.of(Map.of())))
        .withMessage("Invalid endpoint");
  }

  @Test
  void anImportWithoutAnIdIsRefusedWithTheWayOut() {
    var provider =
        new RedpandaProvider(Map.of(), new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC()));
    byte[] answer =
        requireNonNull(new ProviderCalls<>(provider).methods().get("ImportResourceState"))
            .apply(new ProtoWriter().string(1, SecretResource.NAME).string(2, " ").toByteArray());
    assertThat(ProtoMessage.of(answer).messages(2))
        .singleElement()
        .satisfies(each -> assertThat(each.string(2)).isEqualTo("Nothing to import"));
    assertThat(ProtoMessage.of(answer).messages(1)).isEmpty();
  }

  private static Credential credential(Map<String, String> environment, Map<String, Value> block) {
    var provider =
        new RedpandaProvider(
            environment, new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC()));
    var config = new TreeMap<>(block);
    config.put("endpoint", Value.text("http://localhost:1"));
    return provider.configure(Value.Structure.of(config)).connection().credential();
  }

  /** A header takes no line break, and what is read from a file ends in one. */
  @Test
  void theLineBreakAfterATokenIsNoPartOfIt() {
    assertThat(credential(Map.of(), Map.of("access_token", Value.text("t\n"))))
        .isEqualTo(new Credential.Token("t"));
    assertThat(credential(Map.of("REDPANDA_ACCESS_TOKEN", "t\n"), Map.of()))
        .isEqualTo(new Credential.Token("t"));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> credential(Map.of("REDPANDA_ACCESS_TOKEN", "t\nu"), Map.of()))
        .withMessage("Invalid access token");
  }

  /** Variables of modules are empty where they are not used. */
  @Test
  void whatIsEmptyIsNotGiven() {
    assertThat(
            credential(
                Map.of("REDPANDA_CLIENT_ID", "id", "REDPANDA_CLIENT_SECRET", "secret"),
                Map.of("access_token", Value.text(""), "client_id", Value.text(""))))
        .isEqualTo(new Credential.ServiceAccount("id", "secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"My OpenAI", "..", "https://gw.example.com/llm/v1/providers/x"})
  void whatNothingCanBeCalledIsNotImported(String id) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> new LlmProviderResource().imported(id))
        .withMessage("Not an id");
  }
}
