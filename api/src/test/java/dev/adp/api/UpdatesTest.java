package dev.adp.api;

import static dev.adp.api.Agreement.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a PATCH means, with a mask and without. */
class UpdatesTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String PROVIDER = "/v1/llm-providers/team-a";

  @BeforeEach
  void prepare() {
    api.createTeamA();
  }

  @Test
  void aMaskedFieldThatIsAbsentIsCleared() {
    var answer = api.send("PATCH", PROVIDER + "?update_mask=models", "{\"enabled\": false}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var provider = new JsonObject(answer.body());
    assertThat(provider.getJsonArray("provider_models")).isEqualTo(new JsonArray());
    assertThat(provider.getBoolean("enabled")).isTrue();
  }

  @Test
  void whatIsWrongWithAMaskIsToldBesideWhatIsWrongWithTheBody() {
    var answer =
        api.send(
            "PATCH",
            PROVIDER + "?update_mask=enabled,nothing,openai_config.api_key_ref",
            json("{'enabled': 'yes', 'surprise': 1, 'openai_config': {'api_key_ref': 'key'}}")
                .encode());
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(
            new JsonObject(answer.body())
                .getJsonArray("errors").stream()
                    .map(error -> ((JsonObject) error).getString("field")))
        .containsExactlyInAnyOrder(
            "update_mask", "surprise", "enabled", "openai_config.api_key_ref");
  }

  /** Else the etag that somebody holds would be a lie, and the audit log would tell of nothing. */
  @Test
  void aChangeThatChangesNothingLeavesEtagAndAuditLogAsTheyAre() {
    create(
        "/v1/guardrails",
        """
        {"name": "guard", "display_name": "Guard",
         "bedrock_config": {"region": "us-east-1", "guardrail_identifier": "abc123", "guardrail_version": "1"}}
        """);
    create(
        "/v1/service-accounts",
        "{\"name\": \"robot\", \"display_name\": \"Robot\", \"role\": \"LLMProviderInvoker\"}");
    create(
        "/v1/users", "{\"name\": \"mayo\", \"email\": \"mayo@example.com\", \"role\": \"Reader\"}");
    for (String resource :
        new String[] {
          "llm-providers/team-a", "guardrails/guard", "service-accounts/robot", "users/mayo"
        }) {
      String path = "/v1/" + resource;
      var before = api.send("GET", path, "");
      assertThat(before.statusCode()).as(before.body()).isEqualTo(200);
      String lines = "/v1/audit-log?resource=" + resource;
      String log = api.send("GET", lines, "").body();
      for (String body : new String[] {"{}", before.body()}) {
        var same = api.send("PATCH", path, body);
        assertThat(same.statusCode()).as(same.body()).isEqualTo(200);
        assertThat(new JsonObject(same.body())).isEqualTo(new JsonObject(before.body()));
      }
      assertThat(api.send("GET", lines, "").body()).isEqualTo(log);
    }
    assertThat(
            api.send("PATCH", "/v1/users/mayo", json("{'password': 'staple in a field'}").encode())
                .body())
        .doesNotContain(new JsonObject(api.send("GET", PROVIDER, "").body()).getString("etag"));
    assertThat(api.send("GET", "/v1/audit-log?resource=users/mayo", "").body())
        .contains("password_replaced");
  }

  private static void create(String collection, String body) {
    var created = api.send("POST", collection, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  @Test
  void whatDoesNotExistIsRefusedOutsideTheMaskToo() {
    String path = PROVIDER + "?update_mask=enabled";
    var masked = new Agreement(api, "updateLLMProvider", 200, "PATCH", path);
    masked.on("no", json("{'surprise': null}"));
    masked.on("no", json("{'openai_config': {'api_key_ref': 'KEY', 'surprise': 1}}"));
    masked.on("no", json("{'bedrock_config': {'assume_role': {'surprise': 1}}}"));
    masked.on("no", json("{'provider_models': [{'name': 'm', 'surprise': 1}]}"));
    masked.on("no", json("{'provider_models': [{'name': 'm', 'custom_pricing': {'in': 1}}]}"));
    masked.on("yes", json("{'openai_config': {'api_key_ref': 'KEY'}, 'etag': 'x'}"));
    masked.on(
        "yes",
        json("{'provider_models': [{'name': 'm', 'custom_pricing': {'input_per_million': 1}}]}"));
    masked.on("yes", json("{'description': 'Other'}"));
  }
}
