package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicDialectTest {
  private static final Dialect ANTHROPIC = new AnthropicDialect();

  private static Target post(String path) {
    return ANTHROPIC.target(HttpMethod.POST, path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/messages",
        "/messages",
        "/v1/messages/",
        "/v1//messages",
        "/v1/%6dessages",
        "/./messages",
        "/v1/complete",
      })
  void theseMakeAModelWork(String path) {
    assertThat(post(path).generates()).isTrue();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Body());
    assertThat(post(path).wire()).isEqualTo(Wire.ANTHROPIC);
    assertThat(post(path).takesStreamOptions()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/messages, /v1/messages",
    "/v1/messages, /v1/messages",
    "/messages/count_tokens, /v1/messages/count_tokens",
    "/v1/messages/batches/b%2F1/results, /v1/messages/batches/b%2F1/results",
    "/models, /v1/models",
    "/v1beta/x, /v1/v1beta/x",
  })
  void theUpstreamAlwaysSeesTheVersion(String path, String upstream) {
    assertThat(post(path).upstreamPath()).isEqualTo(upstream);
    assertThat(ANTHROPIC.target(HttpMethod.GET, path).upstreamPath()).isEqualTo(upstream);
  }

  /** Counting costs nothing, yet it is some model that counts. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages/count_tokens", "/messages/count_tokens"})
  void countingIsFreeButOfAModel(String path) {
    assertThat(post(path).generates()).isFalse();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/messages/batches",
        "/messages/batches",
        "/v1/messages/x",
        "/v1/v1/messages",
        "/v2/messages",
        "/v1/files",
        "/",
      })
  void whatIsNotLookedIntoIsUncertain(String path) {
    assertThat(post(path).generates()).isFalse();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Uncertain());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages/batches/b1/cancel", "/messages/batches/b1/cancel"})
  void cancellingNeedsNoModel(String path) {
    assertThat(post(path).model()).isEqualTo(new ModelIn.None());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/chat/completions"})
  void itsOpenAiStylePathSpeaksOpenAi(String path) {
    assertThat(post(path).wire()).isEqualTo(Wire.OPENAI);
    assertThat(post(path).takesStreamOptions()).isTrue();
    assertThat(post(path).upstreamPath()).isEqualTo("/v1/chat/completions");
  }
}
