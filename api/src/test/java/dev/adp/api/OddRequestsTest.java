package dev.adp.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** RFC 6750, section 3: who has sent no token hears of no error. */
  @Test
  void aTokenThatIsNoneIsToldFromNone() {
    var without = api.send(api.anonymous("/v1/secrets"));
    assertThat(without.headers().firstValue("www-authenticate")).contains("Bearer");
    var with = api.send(api.anonymous("/v1/secrets").header("authorization", "Bearer eyJ.x.y"));
    assertThat(with.headers().firstValue("www-authenticate"))
        .contains("Bearer error=\"invalid_token\"");
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
  void labelsThatAreNoNotesAnyMore() {
    String large = "x".repeat(40_000); // Longer names are no JSON to the parser.
    for (String labels :
        List.of(
            "{\"a\":\"" + large + "\"}", "{\"" + large + "\":\"a\"}", "{\"" + large + "\":1}")) {
      for (String method : List.of("POST", "PUT")) {
        HttpResponse<String> answer =
            api.send(
                method,
                method.equals("POST") ? "/v1/secrets" : "/v1/secrets/A",
                "{\"id\":\"A\",\"secret_data\":\"YQ==\",\"labels\":" + labels + "}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("labels").hasSizeLessThan(1_000);
      }
    }
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
      assertThat(answer.body()).contains("must be one of LLM_PROVIDER_TYPE_OPENAI, ");
    }
  }

  @Test
  void everyParameterThatIsWrongIsToldAtOnce() {
    assertThat(
            fields(
                "GET",
                "/v1/llm-providers?type=X&enabled=1&order_by=foo&page_size=abc&page_token=zz&foo=1",
                ""))
        .containsExactlyInAnyOrder("type", "enabled", "order_by", "page_size", "page_token", "foo");
    assertThat(fields("GET", "/v1/audit-log?outcome=MAYBE&start=x&end=y&page_size=-1", ""))
        .containsExactlyInAnyOrder("outcome", "start", "end", "page_size");
    assertThat(fields("GET", "/v1/models?provider_type=X&page_size=x", ""))
        .containsExactlyInAnyOrder("provider_type", "page_size");
  }

  @Test
  void aModelThatIsWrongIsToldWhereItWasWritten() {
    var _ = api.send("POST", "/v1/secrets", "{\"id\": \"KEY\", \"secret_data\": \"YQ==\"}");
    String body =
        """
        {"name": "a", "display_name": "A", "openai_config": {"api_key_ref": "KEY"}, "models": ["m", 5, ""]}
        """;
    assertThat(fields("POST", "/v1/llm-providers", body))
        .containsExactlyInAnyOrder("models[1]", "models[2]");
    assertThat(fields("POST", "/v1/llm-providers", body.replace("5, \"\"", "\"m\"")))
        .containsExactly("models");
    assertThat(fields("POST", "/v1/secrets", "{\"id\": \"A\", \"secret_data\": 7}"))
        .containsExactly("secret_data");
  }

  @Test
  void aTextWhereAnObjectBelongsClearsNothing() {
    var _ = api.send("POST", "/v1/secrets", "{\"id\": \"MASKED\", \"secret_data\": \"YQ==\"}");
    HttpResponse<String> created =
        api.send(
            "POST",
            "/v1/llm-providers",
            """
            {"name": "masked", "display_name": "M",
             "openai_config": {"api_key_ref": "MASKED", "base_url": "https://api.openai.com/v1"}}
            """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String before = api.send("GET", "/v1/llm-providers/masked", "").body();
    assertThat(
            fields(
                "PATCH",
                "/v1/llm-providers/masked?update_mask=openai_config.base_url",
                "{\"openai_config\": \"text\"}"))
        .containsExactly("openai_config");
    assertThat(api.send("GET", "/v1/llm-providers/masked", "").body()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\": \"A\"/* a comment */, \"secret_data\": \"YQ==\"}",
        "{\"id\": \"A\", \"id\": \"B\", \"secret_data\": \"YQ==\"}",
        "{\"id\": \"A\", \"secret_data\": \"YQ==\"} {}",
        "{\"id\": \"A\", \"secret_data\": \"sk-marker",
      })
  void whatIsNotQuiteJsonIsRefusedWithItsPlaceAndWithoutItsText(String body) {
    HttpResponse<String> answer = api.send("POST", "/v1/secrets", body);
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .containsPattern("line 1, column \\d+|nothing behind it")
        .doesNotContain("marker");
  }

  @Test
  void whatIsBeyondAllMeasureIsNoFaultOfOurs() {
    for (String value :
        List.of(
            "9".repeat(2_000),
            "1." + "9".repeat(2_000),
            "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
            "[".repeat(5_000) + "]".repeat(5_000),
            "{\"" + "x".repeat(60_000) + "\": 1}")) {
      assertThat(fields("POST", "/v1/secrets", "{\"a\": " + value + "}")).isNotEmpty();
    }
  }

  private static List<String> fields(String method, String path, String body) {
    HttpResponse<String> answer = api.send(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    return new JsonObject(answer.body())
        .getJsonArray("errors").stream()
            .map(error -> ((JsonObject) error).getString("field"))
            .toList();
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

  /** The fault is not in the request, and it passes. */
  @Test
  void aDatabaseThatGoesAwayIsTriedAgainLater() throws Exception {
    Thread holder = Thread.ofVirtual().start(OddRequestsTest::holdTheGuardrails);
    try {
      Eventually.holds("the table is locked", () -> locks("granted") == 1);
      var answer = CompletableFuture.supplyAsync(() -> api.send("GET", "/v1/guardrails", ""));
      Eventually.holds("the request waits", () -> locks("not granted") == 1);
      end("select pid from pg_locks where not granted");
      HttpResponse<String> refused = answer.get(20, TimeUnit.SECONDS);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).contains("5");
      JsonObject problem = new JsonObject(refused.body());
      assertThat(problem.getString("code")).isEqualTo("UNAVAILABLE");
      assertThat(problem.getString("detail")).isEqualTo("The database does not answer.");
      assertThat(problem.getString("request_id")).isNotEmpty();
    } finally {
      end("select pid from pg_stat_activity where query like '%pg_sleep%' and state = 'active'");
      holder.join();
    }
    assertThat(api.send("GET", "/v1/guardrails", "").statusCode()).isEqualTo(200);
  }

  private static void holdTheGuardrails() {
    try {
      api.store()
          .execute("begin; lock table guardrail in access exclusive mode; select pg_sleep(60)");
    } catch (SQLException _) {
      // Ended by the test.
    }
  }

  private static long locks(String which) throws SQLException {
    return api.store()
        .number(
            "select count(*) from pg_locks where relation = 'guardrail'::regclass"
                + " and (mode = 'AccessExclusiveLock' or not granted) and "
                + which);
  }

  private static void end(String pids) throws SQLException {
    long _ =
        api.store()
            .number(
                "select count(pg_terminate_backend(pid)) from (%s) p where pid <> pg_backend_pid()"
                    .formatted(pids));
  }

  private static void answers(int status, HttpRequest.Builder request) {
    HttpResponse<String> answer = api.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type"))
        .contains(status < 400 ? "application/json" : "application/problem+json");
  }
}
