package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.sdk.Refusal;
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
}
