package dev.adp.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is odd about a request is said in a problem of the client's, never ours. */
class OddRequestsTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  @ParameterizedTest
  @CsvSource({
    "422, /v1/llm-providers?name_contains=%00",
    "422, /v1/llm-providers?model=a%00b",
    "422, /v1/spending/summary?provider=%00",
    "422, /v1/spending/summary?start=-999999999-01-01T00:00:00Z",
    "422, /v1/spending/summary?end=%2B999999999-12-31T23:59:59Z",
    "422, /v1/spending/summary?end=-4713-01-01T00:00:00Z",
    "200, /v1/spending/summary?start=1970-01-01T00:00:00Z",
  })
  void queries(int status, String path) {
    answers(status, api.request(path));
  }

  @ParameterizedTest
  @CsvSource({"-1", "4294967295", "2147483648", "x"})
  void aPageTokenThatWeNeverGave(String offset) {
    String pageToken = Base64.getUrlEncoder().encodeToString(offset.getBytes(US_ASCII));
    answers(422, api.request("/v1/secrets?page_token=" + pageToken));
  }

  @ParameterizedTest
  @CsvSource({
    "415, text/plain",
    "415, application/x-www-form-urlencoded",
    "415, multipart/form-data",
    "422, Application/JSON",
  })
  void kindsOfBodies(int status, String type) {
    answers(
        status,
        api.request("/v1/secrets")
            .header("content-type", type)
            .POST(BodyPublishers.ofString("x".repeat(9_000))));
  }

  @Test
  void aLabelThatTheDatabaseCannotHold() {
    answers(
        422,
        api.request("/v1/secrets")
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"id\":\"A\",\"secret_data\":\"YQ==\",\"labels\":{\"a\":\"\\u0000\"}}")));
  }

  @Test
  void whatHasNoBodyNeedsNoTypeOfIt() {
    var nothing = BodyPublishers.noBody();
    answers(404, api.request("/v1/catalog/versions/999/approve").POST(nothing));
    HttpResponse<String> answer = api.send(api.request("/v1/secrets").POST(nothing));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .isEqualTo("the body must be a JSON object");
  }

  @Test
  void aTypeThatThereIsNotIsNoMissingOne() {
    for (String path :
        List.of("/v1/models?provider_type=OPENAI", "/v1/llm-providers?type=OPENAI")) {
      HttpResponse<String> answer = api.send("GET", path, "");
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).contains("unknown type: GET /v1/llm-provider-types lists them");
    }
    assertThat(api.send("GET", "/v1/models", "").body()).contains("provider_type: is required");
  }

  /** Whoever reports it can say which request it was. */
  @Test
  void anErrorOfOursNamesTheRequest() throws SQLException {
    api.store().execute("alter table guardrail rename to elsewhere");
    try {
      HttpResponse<String> answer = api.send("GET", "/v1/guardrails", "");
      assertThat(answer.statusCode()).isEqualTo(500);
      String id = answer.headers().firstValue("x-request-id").orElseThrow();
      assertThat(new JsonObject(answer.body()).getString("request_id")).isEqualTo(id);
    } finally {
      api.store().execute("alter table elsewhere rename to guardrail");
    }
  }

  private static void answers(int status, HttpRequest.Builder request) {
    HttpResponse<String> answer = api.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type"))
        .contains(status < 400 ? "application/json" : "application/problem+json");
  }
}
