package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import dev.adp.store.Actors;
import dev.adp.store.Drafts;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionCheckApiTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String SAVED = "/v1/llm-providers/local/connection-checks";
  private static final String UNSAVED = "/v1/connection-checks";

  /** Nobody listens there. */
  @BeforeEach
  void prepare() {
    api.store()
        .providers()
        .create(Actors.ADMIN, Drafts.compatible("local", "http://127.0.0.1:9/v1", true), List.of());
  }

  @Test
  void aFailedUpstreamIsAResultAndNoErrorOfOurs() {
    HttpResponse<String> answer = api.send("POST", SAVED, "{\"model\": \"qwen3:8b\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonObject result = new JsonObject(answer.body());
    assertThat(result.getBoolean("ok")).isFalse();
    assertThat(result.getString("cause")).isEqualTo("CONNECTION_REFUSED");
    assertThat(result.getString("advice")).contains("127.0.0.1 port 9");
    assertThat(result.getValue("status")).isNull();
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
  }

  @Test
  void everythingThatIsWrongComesAtOnceAndInItsPlace() {
    HttpResponse<String> answer =
        api.send(
            "POST",
            UNSAVED,
            """
            {"provider": {"name": "A", "display_name": "A", "openai_config": {"base_url": "x"}},
             "secrets": [{"id": "a", "secret_data": "?"}, 7], "client_authorization": "\\u0007",
             "surprise": 1}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(
            new JsonObject(answer.body())
                .getJsonArray("errors").stream()
                    .map(error -> ((JsonObject) error).getString("field")))
        .containsExactlyInAnyOrder(
            "provider.name",
            "provider.openai_config.base_url",
            "provider.openai_config.api_key_ref",
            "secrets[0].id",
            "secrets[0].secret_data",
            "secrets[1]",
            "model",
            "client_authorization",
            "surprise");
  }

  @Test
  void whatCouldNotBeSavedIsRefusedAtItsField() {
    for (String host : List.of("169.254.169.254", "[fd00:ec2::254]", "0.0.0.0", "10.0.0.1")) {
      HttpResponse<String> answer =
          api.send(
              "POST",
              UNSAVED,
              """
              {"model": "m", "provider": {"name": "a", "display_name": "A",
               "openai_compatible_config": {"base_url": "http://%s/latest"}}}
              """
                  .formatted(host));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(answer.body()).contains("provider.openai_compatible_config.base_url");
    }
  }

  @Test
  void secretsThatComeAlongNeedTheRightToCreateSecretsAndAreNotStored() throws SQLException {
    String body =
        """
        {"model": "m", "provider": {"name": "a", "display_name": "A",
         "openai_config": {"base_url": "http://127.0.0.1:9", "api_key_ref": "NEW_KEY"}},
         "secrets": [{"id": "NEW_KEY", "secret_data": "c2stbmV3"}]}
        """;
    HttpResponse<String> answer = api.send("POST", UNSAVED, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(api.store().number("select count(*) from secret")).isZero();
    assertThat(
            api.store().number("select count(*) from audit_log where after::text like '%sk-new%'"))
        .isZero();
    String withoutSecrets = body.replaceFirst("(?s),\\s*\"secrets\".*", "}");
    assertThat(api.send("POST", UNSAVED, withoutSecrets).statusCode()).isEqualTo(422);
  }

  @Test
  void whoeverChecksTooOftenIsToldWhenToTryAgain() {
    String body = "{\"model\": \"m\"}";
    for (int i = 0; i < 5; i++) {
      assertThat(api.send("POST", SAVED, body).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = api.send("POST", SAVED, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after").map(Integer::parseInt).orElseThrow())
        .isBetween(1, 12);
    assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("RESOURCE_EXHAUSTED");
    // What is wrong with a check costs nothing.
    assertThat(api.send("POST", SAVED, "{}").statusCode()).isEqualTo(422);
    String writer = api.token(Role.WRITER);
    assertThat(
            api.send(
                    api.anonymous(SAVED)
                        .header("authorization", "Bearer " + writer)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .statusCode())
        .as("another caller")
        .isEqualTo(200);
  }
}
