package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and service accounts over REST, from their making to their end. */
class IdentityApiTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String BOT = "/v1/service-accounts/bot";
  private static final String NEW_BOT =
      """
      {"name": "bot", "display_name": "Bot", "role": "Reader"}
      """;

  @Test
  void whatWasReadCanBeEditedAndSentBack() {
    JsonObject created = json(201, "POST", "/v1/users", user("maya", "Reader").encode());
    assertThat(created.getString("password")).hasSize(20);
    assertThat(created.getValue("last_sign_in_at")).isNull();
    JsonObject read = json(200, "GET", "/v1/users/maya", "");
    assertThat(read.containsKey("password")).isFalse();
    JsonObject changed = json(200, "PATCH", "/v1/users/maya", read.put("role", "Writer").encode());
    assertThat(changed.getString("role")).isEqualTo("Writer");
    assertThat(changed.containsKey("password")).isFalse();
    assertThat(changed.getString("etag")).isNotEqualTo(read.getString("etag"));
    HttpRequest.Builder stale =
        api.request("/v1/users/maya").header("if-match", read.getString("etag")).DELETE();
    assertThat(api.send(stale).statusCode()).isEqualTo(412);
  }

  @Test
  void aPasswordThatIsGivenIsNeverInAnAnswer() {
    String body = user("maya", "Reader").put("password", "a long password").encode();
    for (HttpResponse<String> answer :
        List.of(
            api.send("POST", "/v1/users", body),
            api.send("PATCH", "/v1/users/maya", "{\"password\": \"another long password\"}"),
            api.send("PATCH", "/v1/users/maya", "{\"password\": \"a long password\", \"x\": 1}"),
            api.send("GET", "/v1/users", ""),
            api.send("GET", "/v1/audit-log", ""))) {
      assertThat(answer.body()).doesNotContain("long password").doesNotContain("argon2");
    }
  }

  @Test
  void everyViolationIsNamedAtOnce() {
    JsonObject problem =
        json(
            422,
            "POST",
            "/v1/users",
            "{\"name\": \"Maya\", \"email\": \"x\", \"role\": \"Boss\", \"blocked\": 1,"
                + " \"password\": \"short\", \"surprise\": 1}");
    assertThat(errors(problem))
        .containsOnlyKeys("name", "email", "role", "blocked", "password", "surprise")
        .containsEntry(
            "role", "must be one of Reader, Writer, LLMProviderInvoker, TranscriptReader, Admin")
        .containsEntry("password", "must have from 12 to 128 characters");
  }

  @Test
  void theLastAdminIsToldWhatToDo() {
    JsonObject problem = json(409, "DELETE", "/v1/users/admin", "");
    assertThat(problem.getString("code")).isEqualTo("FAILED_PRECONDITION");
    assertThat(problem.getString("detail")).contains("give another user the role Admin first");
  }

  @Test
  void aRevokedCredentialsTokenIsRefusedAtTheVeryNextCall() {
    json(201, "POST", "/v1/service-accounts", NEW_BOT);
    JsonObject credential = json(201, "POST", BOT + "/credentials", "{\"ttl\": \"3600s\"}");
    String token = token(credential);
    assertThat(status("/v1/secrets", token)).isEqualTo(200);
    json(200, "PATCH", BOT, "{\"role\": \"LLMProviderInvoker\"}");
    assertThat(status("/v1/secrets", token)).as("the role acts at once").isEqualTo(403);
    json(200, "PATCH", BOT, "{\"role\": \"Reader\"}");
    assertThat(status("/v1/secrets", token)).isEqualTo(200);
    String path = BOT + "/credentials/" + credential.getString("id");
    assertThat(api.send("DELETE", path, "").statusCode()).isEqualTo(204);
    assertThat(status("/v1/secrets", token)).isEqualTo(401);
    assertThat(grant(credential).statusCode()).isEqualTo(401);
    assertThat(api.send("DELETE", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletedAccountsTokenIsRefusedAtTheVeryNextCall() {
    json(201, "POST", "/v1/service-accounts", NEW_BOT);
    String token = token(json(201, "POST", BOT + "/credentials", "{}"));
    assertThat(status("/v1/secrets", token)).isEqualTo(200);
    assertThat(api.send("DELETE", BOT, "").statusCode()).isEqualTo(204);
    assertThat(status("/v1/secrets", token)).isEqualTo(401);
  }

  @Test
  void aSecretIsInOneAnswerOnlyAndItsLastUseIsKnown() {
    json(201, "POST", "/v1/service-accounts", NEW_BOT);
    JsonObject credential = json(201, "POST", BOT + "/credentials", "{}");
    String secret = credential.getString("client_secret");
    token(credential);
    JsonObject listed = json(200, "GET", BOT, "").getJsonArray("credentials").getJsonObject(0);
    assertThat(listed.getString("client_id")).isEqualTo(credential.getString("client_id"));
    assertThat(listed.getString("last_used_at")).isNotNull();
    for (String path : List.of(BOT, "/v1/service-accounts", "/v1/audit-log")) {
      assertThat(api.send("GET", path, "").body()).doesNotContain(secret);
    }
  }

  /** A cache that knew them by their beginning would take one for the other. */
  @Test
  void tokensWithACommonPrefixAreToldApart() {
    String reader = api.token(Role.READER);
    String invoker = api.token(Role.LLM_PROVIDER_INVOKER);
    String header = reader.substring(0, reader.indexOf('.'));
    assertThat(header).hasSizeGreaterThan(20);
    assertThat(invoker).startsWith(header);
    assertThat(status("/v1/secrets", reader)).isEqualTo(200);
    assertThat(status("/v1/secrets", invoker)).isEqualTo(403);
    String signature = reader.substring(reader.lastIndexOf('.'));
    String forged = invoker.substring(0, invoker.lastIndexOf('.')) + signature;
    assertThat(status("/v1/secrets", forged)).isEqualTo(401);
    assertThat(status("/v1/secrets", reader.substring(0, reader.length() - 3))).isEqualTo(401);
    assertThat(status("/v1/secrets", reader + "A")).isEqualTo(401);
  }

  /** Whatever stands in a name, it is no SQL and no end of a text. */
  @ParameterizedTest
  @CsvSource({
    "/v1/users/, 422",
    "/v1/service-accounts/, 422",
    "/v1/service-accounts/bot/credentials/, 404",
  })
  void garbageInAPathFindsNothing(String path, int status) {
    json(201, "POST", "/v1/service-accounts", NEW_BOT);
    for (String name :
        List.of(
            "' or '1'='1", "x'; drop table app_user; --", "\u0000", "a\u0000b", "%27", "*", "ﷺ")) {
      String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
      assertThat(api.send("DELETE", path + encoded, "").statusCode()).as(name).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"name, /v1/users", "email, /v1/users", "display_name, /v1/service-accounts"})
  void aNulInAFieldIsAViolationOfItsRule(String field, String path) {
    JsonObject body = user("maya", "Reader").put("display_name", "Maya").put(field, "a\u0000@b");
    body.remove(path.equals("/v1/users") ? "display_name" : "email");
    assertThat(errors(json(422, "POST", path, body.encode()))).containsOnlyKeys(field);
  }

  private static JsonObject user(String name, String role) {
    return new JsonObject().put("name", name).put("email", name + "@example.com").put("role", role);
  }

  private static Map<String, String> errors(JsonObject problem) {
    JsonArray errors = problem.getJsonArray("errors");
    return errors.stream()
        .map(JsonObject.class::cast)
        .collect(Collectors.toMap(e -> e.getString("field"), e -> e.getString("message")));
  }

  private static JsonObject json(int status, String method, String path, String body) {
    HttpResponse<String> answer = api.send(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static String token(JsonObject credential) {
    HttpResponse<String> answer = grant(credential);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getString("access_token");
  }

  private static HttpResponse<String> grant(JsonObject credential) {
    return api.send(
        api.anonymous("/oauth/idp/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(
                            credential.getString("client_id"),
                            credential.getString("client_secret")))));
  }

  @Test
  void theTokenEndpointSaysHowItIsCalled() {
    HttpResponse<String> answer = api.send(api.anonymous("/oauth/idp/token").GET());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("POST");
    assertThat(answer.body()).contains("send a form by POST");
  }

  /** RFC 6749, section 3.2: a proxy on the way might take the other one for the truth. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c",
        "grant_type=client_credentials&client_id=a&client_secret=c&client_secret=d",
        "grant_type=client_credentials&grant_type=password&client_id=a&client_secret=c",
      })
  void theTokenEndpointTakesEachParameterOnce(String form) {
    HttpResponse<String> answer =
        api.send(
            api.anonymous("/oauth/idp/token")
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("invalid_request");
  }

  private static int status(String path, String token) {
    return api.send(api.anonymous(path).header("authorization", "Bearer " + token)).statusCode();
  }
}
