package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiPathsTest {
  @ParameterizedTest
  @CsvSource({
    "/v1, /v1/chat/completions, /v1/chat/completions",
    "/v1, /chat/completions, /v1/chat/completions",
    "/v1, /v1, /v1",
    "/v1, /v10/models, /v1/v10/models",
    "/v1, /v1beta/models, /v1/v1beta/models",
    "/v1, /, /v1/",
    "/openai/v1, /v1/models, /openai/v1/models",
    "'', /v1/models, /v1/models",
    "'', /models, /models",
    "/api, /v1/models, /api/v1/models",
    "/v1, /files/a%2Fb, /v1/files/a%2Fb",
  })
  void aPathHangsBelowTheBaseAndTheVersionIsNeverDoubled(
      String base, String path, String expected) {
    assertThat(OpenAiPaths.upstream(base, path)).isEqualTo(expected);
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
    assertThat(OpenAiPaths.generates(path)).isTrue();
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
    assertThat(OpenAiPaths.generates(path)).isFalse();
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
    assertThat(OpenAiPaths.takesStreamOptions(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../admin",
        "/v1/../../admin",
        "/v1/..",
        "/v1/%2e%2e/admin",
        "/v1/.%2E/admin",
        "/v1/..%2fadmin",
        "/v1/%2e%2e%2Fadmin",
        "/v1\\..\\admin",
        "/v1/..%5cadmin",
        "/v1/..;/admin",
        "/v1/models;x=1",
        "/v1/..%3b/admin",
        "/v1/models%00",
      })
  void pathsThatCouldLeaveTheBaseAreSeen(String path) {
    assertThat(OpenAiPaths.climbs(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models", "/files/a..b", "/files/...", "/files/a%2Fb", "/"})
  void othersPass(String path) {
    assertThat(OpenAiPaths.climbs(path)).isFalse();
  }
}
