package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.RecordedText;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of models are of any length; what is called is recorded under what it was called. */
@Timeout(60)
class GatewayLongNameTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 5_000, 100_000})
  void aNameOfAnyLengthIsRecordedAsWhatItIs(int length) throws Exception {
    String name = "x\"\u00e9".repeat(length).substring(0, length);
    assertThat(recorded(name)).isEqualTo(RecordedText.of(name)).startsWith("x\"\u00e9x");
  }

  /** Two bytes more than is looked at. */
  @Test
  void aNameBeyondAllMeasureIsRecordedByItsBeginning() throws Exception {
    String name = "x".repeat((1 << 20) + 1);
    String recorded = recorded(name);
    assertThat(recorded).startsWith("xxx").contains("\u2026");
    assertThat(recorded.getBytes(UTF_8).length).isLessThanOrEqualTo(RecordedText.BYTES_MAX);
  }

  private static String recorded(String name) throws Exception {
    try (var rig = new GatewayRig(store)) {
      rig.answersJson("{}");
      String body = new JsonObject().put("model", name).encode();
      assertThat(rig.send(rig.chat(body)).statusCode()).isEqualTo(200);
      return rig.ledger().next().model();
    }
  }
}
