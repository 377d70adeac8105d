package dev.adp.api;

import static dev.adp.api.Agreement.json;
import static org.assertj.core.api.Assertions.assertThat;

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
    new Agreement(api, "createUser", 201, "POST", "/v1/users")
        .on(taken, "{'name': 'maya', 'email': 'maya@example.com', 'role': 'Reader'}", fields);
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
    new Agreement(api, "updateUser", 200, "PATCH", "/v1/users/maya").on(taken, json(body));
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
    new Agreement(api, "createServiceAccount", 201, "POST", "/v1/service-accounts")
        .on(taken, "{'name': 'bot', 'display_name': 'Bot', 'role': 'Reader'}", fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'ttl': null, 'id': 1, 'expires_at': null}",
        "no  | {'expires_at': '2026-12-01T00:00:00Z'}",
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
    new Agreement(api, "createCredential", 201, "POST", "/v1/service-accounts/bot/credentials")
        .on(taken, json(body));
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
}
