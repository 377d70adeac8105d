package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiDialectTest {
  private static final Dialect OPENAI =
      new OpenAiDialect(BaseUrl.of("base_url", "https://api.openai.com/v1"), true);

  private static Target post(String path) {
    return OPENAI.target(HttpMethod.POST, path);
  }

  /** However a path is spelled, an upstream that reads it in its plain form owes us usage. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/chat/completions",
        "/v1/chat/completions",
        "/completions",
        "/v1/embeddings",
        "/responses",
        "/v1/images/generations",
        "/audio/speech",
        "/v1/chat/completions/",
        "/v1//chat/completions",
        "//v1/chat//completions",
        "/./v1/chat/./completions",
        "/v1/chat%2Fcompletions",
        "/v1/%63hat/completions",
        "/%76%31/chat/completions",
      })
  void theseMakeAModelWork(String path) {
    assertThat(post(path).generates()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/models",
        "/v1/models/gpt-5",
        "/files",
        "/batches",
        "/v1/responses/resp_1",
        "/v1/responses/resp_1/cancel",
        "/v1/v1/embeddings",
        "/v2/chat/completions",
        "/",
        "/images",
        "/chat/completions/x",
      })
  void theseDoNot(String path) {
    assertThat(post(path).generates()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/deployments/gpt-4o/chat/completions, gpt-4o",
    "/openai/deployments/my%2Ddeployment/responses, my-deployment",
    "/openai/deployments/whisper/audio/transcriptions, whisper",
    "/openai//deployments/./d/embeddings/, d",
  })
  void aDeploymentInThePathIsTheModel(String path, String model) {
    assertThat(post(path).generates()).isTrue();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Path(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openai/v1/chat/completions", "/openai/v1/responses", "/v1/embeddings"})
  void withoutADeploymentTheBodyNamesTheModel(String path) {
    assertThat(post(path).model()).isEqualTo(new ModelIn.Body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/deployments/a%2Fb/chat/completions",
        "/openai/deployments/d",
        "/openai/deployments/d/extensions/x",
        "/x/deployments/d/chat/completions",
      })
  void whatOnlyLooksLikeADeploymentIsUncertain(String path) {
    assertThat(post(path).model()).isEqualTo(new ModelIn.Uncertain());
  }

  /** Base URL, then the client's path, then where the call goes. */
  @ParameterizedTest
  @CsvSource({
    "https://r.openai.azure.com, /deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://r.openai.azure.com, /openai/deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://r.openai.azure.com/openai, /deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://r.openai.azure.com/openai, /openai/deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://R.CognitiveServices.Azure.com/openai/v1, /deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://r.openai.azure.com/openai/v1, /openai/deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://r.openai.azure.com, /chat/completions, /openai/v1/chat/completions",
    "https://r.openai.azure.com, /v1/chat/completions, /openai/v1/chat/completions",
    "https://r.openai.azure.com/openai, /chat/completions, /openai/v1/chat/completions",
    "https://r.openai.azure.com/openai/v1, /v1/chat/completions, /openai/v1/chat/completions",
    "https://r.openai.azure.com/openai/v1, /openai/v1/chat/completions, /openai/v1/chat/completions",
    "https://r.openai.azure.com/openai/deployments/d, /chat/completions, /openai/deployments/d/chat/completions",
    "https://azure.example/openai, /deployments/d/embeddings, /openai/deployments/d/embeddings",
    "https://openai.azure.com.example, /deployments/d/embeddings, /deployments/d/embeddings",
  })
  void azuresHostsHaveTheirOwnRoot(String base, String path, String expected) {
    BaseUrl url = BaseUrl.of("base_url", base);
    String basePath = java.util.Objects.requireNonNullElse(url.value().getRawPath(), "");
    assertThat(new OpenAiDialect(url, true).upstreamPath(basePath, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/chat/completions, true",
    "/v1/chat/completions, true",
    "/v1//chat/completions, true",
    "/v1/completions, true",
    "/v1/responses, false",
    "/v1/embeddings, false",
    "/audio/speech, false",
  })
  void onlyChatAndCompletionsTakeStreamOptions(String path, boolean expected) {
    assertThat(post(path).takesStreamOptions()).isEqualTo(expected);
  }
}
