package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the document's schemas of identities take and refuse, the API takes and refuses. */
class IdentitySchemasTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'blocked': null, 'password': null, 'etag': 7, 'last_sign_in_at': 'x'}",
        "yes | {'blocked': true, 'password': 'twelve chars'}",
        "yes | {'email': 'Maya.Ö+x@büro.example'}",
        "no  | {'name': 'Maya'}",
        "no  | {'name': null}",
        "no  | {'email': ''}",
        "no  | {'email': 'maya'}",
        "no  | {'email': 'ma ya@example.com'}",
        "no  | {'email': 'maya@example.com@x'}",
        "no  | {'email': 'a@b\\u0000'}",
        "no  | {'role': null}",
        "no  | {'role': 'admin'}",
        "no  | {'role': 7}",
        "no  | {'blocked': 'no'}",
        "no  | {'password': ''}",
        "no  | {'password': 'eleven char'}",
        "no  | {'password': 7}",
        "no  | {'surprise': null}",
      })
  void users(String taken, String fields) {
    JsonObject body = json("{'name': 'maya', 'email': 'maya@example.com', 'role': 'Reader'}");
    json(fields).forEach(field -> body.put(field.getKey(), field.getValue()));
    agree(taken, 201, "createUser", "POST", "/v1/users", body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'name': 'maya', 'blocked': null, 'created_at': null}",
        "yes | {'password': 'long enough, is it not'}",
        "no  | {'password': null}",
        "no  | {'email': null}",
        "no  | {'role': ''}",
        "no  | {'surprise': 1}",
      })
  void patches(String taken, String body) {
    api.send("POST", "/v1/users", "{\"name\": \"maya\", \"email\": \"m@x\", \"role\": \"Reader\"}");
    agree(taken, 200, "updateUser", "PATCH", "/v1/users/maya", json(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'agent': null, 'credentials': 7, 'etag': null}",
        "yes | {'agent': true, 'role': 'Admin'}",
        "no  | {'display_name': ' '}",
        "no  | {'display_name': null}",
        "no  | {'display_name': 'two\\nlines'}",
        "no  | {'agent': 1}",
        "no  | {'role': 'Agent'}",
        "no  | {'name': '-bot'}",
        "no  | {'blocked': false}",
      })
  void accounts(String taken, String fields) {
    JsonObject body = json("{'name': 'bot', 'display_name': 'Bot', 'role': 'Reader'}");
    json(fields).forEach(field -> body.put(field.getKey(), field.getValue()));
    agree(taken, 201, "createServiceAccount", "POST", "/v1/service-accounts", body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'ttl': null, 'id': 1, 'expires_at': 'never'}",
        "yes | {'ttl': '60s'}",
        "yes | {'ttl': '31536000s'}",
        "no  | {'ttl': '90d'}",
        "no  | {'ttl': '1.5s'}",
        "no  | {'ttl': 3600}",
        "no  | {'ttl': ''}",
        "no  | {'ttl': '99999999999999999999s'}",
        "no  | {'client_secret': 'mine'}",
      })
  void credentials(String taken, String body) {
    api.send(
        "POST",
        "/v1/service-accounts",
        "{\"name\": \"bot\", \"display_name\": \"Bot\", \"role\": \"Reader\"}");
    agree(
        taken, 201, "createCredential", "POST", "/v1/service-accounts/bot/credentials", json(body));
  }

  /** What a schema cannot say. */
  @Test
  void aPasswordIsNotTheName() {
    String body =
        "{\"name\": \"maya-long-name\", \"email\": \"m@x\", \"role\": \"Reader\","
            + " \"password\": \"Maya-Long-Name\"}";
    HttpResponse<String> answer = api.send("POST", "/v1/users", body);
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("must not be the user's name or e-mail address");
  }

  private static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  private static void agree(
      String taken, int success, String operation, String method, String path, JsonObject body) {
    var judged = api.contract().judge(operation, body);
    HttpResponse<String> answer = api.send(method, path, body.encode());
    assertThat(judged.getValid()).as(operation + " " + body).isEqualTo(taken.equals("yes"));
    assertThat(answer.statusCode())
        .as(answer.body())
        .isEqualTo(taken.equals("yes") ? success : 422);
    api.contract().check(operation, answer);
  }
}
