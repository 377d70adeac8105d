package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorShapeTest {
  private static JsonObject error(ErrorShape shape, int status) {
    return shape.body(new Refusal(status, "some_code", "what to do")).getJsonObject("error");
  }

  /** Path, a header of the client or a dash, and the shape. */
  @ParameterizedTest
  @CsvSource({
    "/chat/completions, -, OPENAI",
    "/v1/responses, authorization, OPENAI",
    "/anything, -, OPENAI",
    "/models, -, OPENAI",
    "/v1/messages, -, ANTHROPIC",
    "/messages, -, ANTHROPIC",
    "/v1/messages/count_tokens, -, ANTHROPIC",
    "/v1//messages/batches, -, ANTHROPIC",
    "/anthropic/v1/messages, -, ANTHROPIC",
    "/v1/models, anthropic-version, ANTHROPIC",
    "/v1/chat/completions, anthropic-version, OPENAI",
    "/v1beta/models/g:generateContent, -, GOOGLE",
    "/v1/models/g:streamGenerateContent, -, GOOGLE",
    "/v1beta/interactions, -, GOOGLE",
    "/upload/v1beta/files, -, GOOGLE",
    "/v1/models, x-goog-api-key, GOOGLE",
    "/v1beta/openai/chat/completions, x-goog-api-key, OPENAI",
    "/model/us.anthropic.claude/converse, -, AWS",
    "/model/a%2Fb/invoke-with-response-stream, -, AWS",
    "/model/x/count-tokens, -, AWS",
    "/model/x/y, -, AWS",
    "/async-invoke, -, AWS",
    "/guardrail/g/version/1/apply, -, AWS",
    "/models/x/y, -, OPENAI",
    "/openai/v1/chat/completions, -, OPENAI",
  })
  void theSurfaceThatWasCalledDecides(String path, String header, ErrorShape expected) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(header, "x");
    assertThat(ErrorShape.of(path, headers)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "403, permission_error",
    "404, not_found_error",
    "413, request_too_large",
    "415, invalid_request_error",
    "500, api_error",
    "501, api_error",
    "502, api_error",
    "503, overloaded_error",
    "504, timeout_error",
  })
  void anthropicsTypes(int status, String type) {
    assertThat(error(ErrorShape.ANTHROPIC, status).getString("type")).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, NOT_FOUND",
    "415, INVALID_ARGUMENT",
    "500, INTERNAL",
    "501, UNIMPLEMENTED",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, DEADLINE_EXCEEDED",
  })
  void googlesStatuses(int status, String name) {
    JsonObject error = error(ErrorShape.GOOGLE, status);
    assertThat(error.getString("status")).isEqualTo(name);
    assertThat(error.getInteger("code")).isEqualTo(status);
    assertThat(error.getJsonArray("details").getJsonObject(0).getString("reason"))
        .isEqualTo("SOME_CODE");
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "403, permission_error",
    "404, invalid_request_error",
    "503, server_error",
  })
  void openAisTypes(int status, String type) {
    JsonObject error = error(ErrorShape.OPENAI, status);
    assertThat(error.getString("type")).isEqualTo(type);
    assertThat(error.getString("code")).isEqualTo("some_code");
    assertThat(error.containsKey("param")).isTrue();
  }

  @Test
  void anthropicsShapeIsAnErrorWithinAnError() {
    JsonObject body = ErrorShape.ANTHROPIC.body(new Refusal(403, "some_code", "what to do"));
    assertThat(body)
        .isEqualTo(
            new JsonObject(
                "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"what to do\"}}"));
  }

  @Test
  void awsNamesTheExceptionInAHeader() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    ErrorShape.AWS.headers(new Refusal(403, "c", "m"), headers);
    assertThat(headers.get("x-amzn-errortype")).isEqualTo("AccessDeniedException");
  }
}
