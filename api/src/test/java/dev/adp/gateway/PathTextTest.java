package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTextTest {
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
    "/v1beta, /v1beta/models, /v1beta/models",
    "/v1beta, /v1/models, /v1beta/v1/models",
    "/v1, /files/a%2Fb, /v1/files/a%2Fb",
    "/openai, /openai/deployments/d/embeddings, /openai/deployments/d/embeddings",
    "/openai/v1, /openai/v1/responses, /openai/v1/responses",
    "/x/openai/v1, /openai/v1/responses, /x/openai/v1/responses",
    "/v1beta/openai, /v1beta/openai/chat/completions, /v1beta/openai/chat/completions",
    "/anthropic, /v1/messages, /anthropic/v1/messages",
    "/anthropic/v1, /v1/messages, /anthropic/v1/messages",
    "/files, /files/v1, /files/files/v1",
    "/v1/openaix, /openaix/v1, /v1/openaix/openaix/v1",
  })
  void aPathHangsBelowTheBaseAndTheVersionIsNeverDoubled(
      String base, String path, String expected) {
    assertThat(PathText.below(base, path)).isEqualTo(expected);
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
    assertThat(PathText.climbs(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models", "/files/a..b", "/files/...", "/files/a%2Fb", "/"})
  void othersPass(String path) {
    assertThat(PathText.climbs(path)).isFalse();
  }
}
