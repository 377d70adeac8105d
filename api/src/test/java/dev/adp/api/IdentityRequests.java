package dev.adp.api;

import static dev.adp.api.ApiAnswersTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;

/** Requests about users and service accounts, and the statuses that they are answered with. */
final class IdentityRequests {
  private static final String USERS = "/v1/users";
  private static final String USER = USERS + "/maya";
  private static final String NEW_USER =
      """
      {"name": "new", "email": "new@example.com", "role": "Reader"}
      """;
  private static final String ACCOUNTS = "/v1/service-accounts";
  private static final String ACCOUNT = ACCOUNTS + "/bot";
  private static final String CREDENTIALS = ACCOUNT + "/credentials";
  private static final String NEW_ACCOUNT =
      """
      {"name": "new", "display_name": "New", "role": "LLMProviderInvoker", "agent": true}
      """;

  private IdentityRequests() {}

  /** A user "maya" and a service account "bot". */
  static void prepare(ApiExtension api) {
    var user = api.send("POST", USERS, NEW_USER.replace("new", "maya"));
    assertThat(user.statusCode()).as(user.body()).isEqualTo(201);
    var account = api.send("POST", ACCOUNTS, NEW_ACCOUNT.replace("new", "bot"));
    assertThat(account.statusCode()).as(account.body()).isEqualTo(201);
  }

  static Stream<ApiAnswersTest.Row> users() {
    String given = NEW_USER.replace("\"role\"", "\"password\": \"a long password\", \"role\"");
    return Stream.of(
        row("listUsers", 200, "GET", USERS + "?page_size=1", ""),
        row("listUsers", 422, "GET", USERS + "?role=Admin", ""),
        row("createUser", 201, "POST", USERS, NEW_USER),
        row("createUser", 201, "POST", USERS, given),
        row("createUser", 409, "POST", USERS, NEW_USER.replace("new@", "MAYA@")),
        row("createUser", 422, "POST", USERS, "{\"password\": \"short\", \"role\": \"Boss\"}"),
        row("getUser", 200, "GET", USER, ""),
        row("getUser", 404, "GET", USERS + "/nobody", ""),
        row("getUser", 422, "GET", USERS + "/maya%00", ""),
        row("getUser", 422, "GET", USERS + "/'%20or%201=1--", ""),
        row("updateUser", 200, "PATCH", USER, "{\"role\": \"Admin\", \"blocked\": true}"),
        row("updateUser", 200, "PATCH", USER + "?update_mask=blocked", "{}"),
        row("updateUser", 404, "PATCH", USERS + "/nobody", "{}"),
        row("updateUser", 409, "PATCH", USERS + "/admin", "{\"blocked\": true}"),
        row("updateUser", 409, "PATCH", USERS + "/admin", "{\"role\": \"Reader\"}"),
        row("updateUser", 409, "PATCH", USER, "{\"email\": \"admin@localhost\"}"),
        row("updateUser", 422, "PATCH", USER, "{\"role\": null}"),
        row("updateUser", 422, "PATCH", USER + "?update_mask=password", "{}"),
        row("deleteUser", 204, "DELETE", USER, ""),
        row("deleteUser", 404, "DELETE", USERS + "/nobody", ""),
        row("deleteUser", 409, "DELETE", USERS + "/admin", ""));
  }

  static Stream<ApiAnswersTest.Row> accounts() {
    return Stream.of(
        row("listServiceAccounts", 200, "GET", ACCOUNTS + "?page_size=1", ""),
        row("listServiceAccounts", 422, "GET", ACCOUNTS + "?page_token=x", ""),
        row("createServiceAccount", 201, "POST", ACCOUNTS, NEW_ACCOUNT),
        row("createServiceAccount", 409, "POST", ACCOUNTS, NEW_ACCOUNT.replace("new", "bot")),
        row("createServiceAccount", 422, "POST", ACCOUNTS, "{\"blocked\": true}"),
        row("getServiceAccount", 200, "GET", ACCOUNT, ""),
        row("getServiceAccount", 404, "GET", ACCOUNTS + "/nobody", ""),
        row("getServiceAccount", 422, "GET", ACCOUNTS + "/%00", ""),
        row("updateServiceAccount", 200, "PATCH", ACCOUNT, "{\"role\": \"Reader\"}"),
        row("updateServiceAccount", 200, "PATCH", ACCOUNT + "?update_mask=agent", "{}"),
        row("updateServiceAccount", 404, "PATCH", ACCOUNTS + "/nobody", "{}"),
        row("updateServiceAccount", 422, "PATCH", ACCOUNT, "{\"name\": \"other\"}"),
        row("deleteServiceAccount", 204, "DELETE", ACCOUNT, ""),
        row("deleteServiceAccount", 404, "DELETE", ACCOUNTS + "/nobody", ""),
        row("createCredential", 201, "POST", CREDENTIALS, "{}"),
        row("createCredential", 201, "POST", CREDENTIALS, "{\"ttl\": \"60s\"}"),
        row("createCredential", 404, "POST", ACCOUNTS + "/nobody/credentials", "{}"),
        row("createCredential", 422, "POST", CREDENTIALS, "{\"ttl\": \"59s\"}"),
        row("createCredential", 422, "POST", CREDENTIALS, "{\"client_secret\": \"mine\"}"),
        row("deleteCredential", 404, "DELETE", CREDENTIALS + "/bot-1", ""),
        row("deleteCredential", 404, "DELETE", CREDENTIALS + "/%00", ""));
  }
}
