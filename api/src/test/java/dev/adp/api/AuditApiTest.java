package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import dev.adp.store.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the audit log tells of requests to the API. */
class AuditApiTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String REFUSED = "/v1/audit-log?outcome=REFUSED";

  @Test
  void aChangeOverTheApiIsALine() {
    api.send("POST", "/v1/secrets", "{\"id\": \"KEY\", \"secret_data\": \"YWJj\"}");
    JsonObject line = lines("/v1/audit-log?resource=secrets/KEY").getJsonObject(0);
    assertThat(line.getString("action")).isEqualTo("secret_create");
    assertThat(line.getString("surface")).isEqualTo("api");
    assertThat(line.getString("address")).isEqualTo("127.0.0.1");
    assertThat(line.getString("actor")).isEqualTo("service-account:admin");
    assertThat(line.encode()).doesNotContain("YWJj").doesNotContain("abc");
  }

  @Test
  void whoLacksAPermissionIsALineThatNamesIt() throws Exception {
    String token = api.token(Role.READER);
    var request =
        api.anonymous("/v1/llm-providers/team-a").header("authorization", "Bearer " + token);
    assertThat(api.send(request.DELETE()).statusCode()).isEqualTo(403);
    Eventually.holds("the refusal is in the log", () -> !lines(REFUSED).isEmpty());
    JsonObject line = lines(REFUSED).getJsonObject(0);
    assertThat(line.getString("actor")).isEqualTo("service-account:reader");
    assertThat(line.getString("action")).isEqualTo("llmprovider_delete");
    assertThat(line.getString("resource")).isEqualTo("llm-providers/team-a");
  }

  @Test
  void aStormWithoutATokenIsOneLine() throws Exception {
    for (int i = 0; i < 300; i++) {
      var request = api.anonymous("/v1/secrets/X" + i).header("authorization", "Bearer x" + i);
      assertThat(api.send(request).statusCode()).isEqualTo(401);
    }
    Eventually.holds("all are counted", () -> counted() == 300);
    assertThat(lines(REFUSED)).hasSizeLessThanOrEqualTo(2); // A minute may turn meanwhile.
  }

  /** Who tries the token endpoint with nothing is a refusal as any other. */
  @Test
  void aRequestForATokenWithoutACredentialIsALine() throws Exception {
    var request =
        api.anonymous("/oauth/idp/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials"));
    assertThat(api.send(request).statusCode()).isEqualTo(401);
    Eventually.holds("the refusal is in the log", () -> !lines(REFUSED).isEmpty());
    JsonObject line = lines(REFUSED).getJsonObject(0);
    assertThat(line.getString("surface")).isEqualTo("token");
    assertThat(line.getString("action")).isEqualTo("authenticate");
  }

  @Test
  void anotherReasonForABlockSaysWhatWasBeforeAndTheSameIsNoChange() {
    String subject = "/v1/blocked-subjects/somebody";
    for (String reason : List.of("left", "left", "stolen")) {
      assertThat(api.send("PUT", subject, "{\"reason\": \"" + reason + "\"}").statusCode())
          .isEqualTo(200);
    }
    assertThat(api.send("DELETE", subject, "").statusCode()).isEqualTo(204);
    JsonArray lines = lines("/v1/audit-log?resource=blocked-subjects/somebody");
    assertThat(lines).hasSize(3);
    assertThat(lines.getJsonObject(0).getJsonObject("before").getString("reason"))
        .isEqualTo("stolen");
    assertThat(lines.getJsonObject(1).getJsonObject("before").getString("reason"))
        .isEqualTo("left");
    assertThat(lines.getJsonObject(2).getValue("before")).isNull();
  }

  private static long counted() {
    return lines(REFUSED).stream()
        .mapToLong(line -> 1 + Long.parseLong(((JsonObject) line).getString("repeated")))
        .sum();
  }

  private static JsonArray lines(String path) {
    HttpResponse<String> answer = api.send("GET", path, "");
    api.contract().check("listAuditLog", answer);
    return new JsonObject(answer.body()).getJsonArray("audit_log");
  }
}
