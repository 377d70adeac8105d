package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.StoreExtension;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Azure's hosts of OpenAI's models, which look for keys and versions in places of their own. */
@Timeout(60)
class GatewayAzureTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, GatewayBypassTest.HERE);
    rig.answersJson("{}");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', /openai/deployments/d/chat/completions?api-version=2024-10-21, /openai/deployments/d/chat/completions?api-version=2024-10-21",
    "'', /deployments/d/embeddings?api-version=2024-10-21&key=TOKEN, /openai/deployments/d/embeddings?api-version=2024-10-21",
    "'', /chat/completions?api-version=preview, /openai/v1/chat/completions?api-version=preview",
    "/openai, /v1/responses, /openai/v1/responses",
    "/openai/v1, /v1/chat/completions, /openai/v1/chat/completions",
  })
  void azureGetsItsKeyInItsOwnHeaderAndTheClientsVersion(String base, String path, String arriving)
      throws Exception {
    for (String host : List.of("r.openai.azure.com", "r.cognitiveservices.azure.com")) {
      rig.leadTo("http://%s:%d%s".formatted(host, rig.upstreamPort(), base));
      HttpRequest call =
          HttpRequest.newBuilder(
                  rig.uri("/llm/v1/providers/up" + path.replace("TOKEN", rig.token())))
              .header("api-key", rig.token())
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString("{\"model\":\"m\"}"))
              .build();
      assertThat(rig.send(call).statusCode()).isEqualTo(200);
      GatewayRig.Seen seen = rig.seen();
      assertThat(seen.request().uri()).isEqualTo(arriving);
      assertThat(seen.header("host")).isEqualTo("%s:%d".formatted(host, rig.upstreamPort()));
      assertThat(seen.request().headers().getAll("api-key"))
          .containsExactly(GatewayRig.UPSTREAM_KEY);
      assertThat(seen.request().headers().contains("authorization")).isFalse();
      assertThat(seen.request().headers().toString()).doesNotContain(rig.token());
      assertThat(rig.ledger().next().operation()).startsWith("POST /");
    }
  }
}
