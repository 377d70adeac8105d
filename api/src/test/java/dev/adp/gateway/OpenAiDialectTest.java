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
