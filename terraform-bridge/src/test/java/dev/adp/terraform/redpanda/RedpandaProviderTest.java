package dev.adp.terraform.redpanda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.rpc.ProviderCalls;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
