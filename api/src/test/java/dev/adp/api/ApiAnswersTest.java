package dev.adp.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Catalogs;
import dev.adp.domain.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the running API answers is what the document says that it answers. */
class ApiAnswersTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String LONG_AGO = "2000-01-01T00:00:00Z";
  private static final String NAME = "team-a";
  private static final String PROVIDERS = "/v1/llm-providers";
  private static final String PROVIDER = PROVIDERS + "/" + NAME;
  private static final String SECRET = "/v1/secrets/KEY";
  private static final String CATALOG = "/v1/catalog/versions";
  private static final String NEW_SECRET =
      """
      {"id": "OTHER", "secret_data": "YWJj", "labels": {"team": "a"}}
      """;
  private static final String GUARDRAIL = "/v1/guardrails/pii";
  private static final String NEW_GUARDRAIL =
      """
      {"name": "new", "display_name": "New", "bedrock_config":
       {"region": "us-east-1", "guardrail_identifier": "gr1", "guardrail_version": "DRAFT"}}
      """;
  private static final String NEW_PROVIDER =
      """
      {"name": "team-b", "display_name": "Team B", "type": "LLM_PROVIDER_TYPE_OPENAI_COMPATIBLE",
       "openai_compatible_config": {"base_url": "http://127.0.0.1:9/v1"}}
      """;

  /** One secret, and one provider that uses it. */
  @BeforeEach
  void prepare() {
    api.send("POST", "/v1/secrets", NEW_SECRET.replace("OTHER", "KEY"));
    api.send("POST", "/v1/guardrails", NEW_GUARDRAIL.replace("new", "pii"));
    IdentityRequests.prepare(api);
    var created =
        api.send(
            "POST",
            PROVIDERS,
            """
            {"name": "%s", "display_name": "Team A", "description": "Two\\nlines", "enabled": false,
             "openai_config": {"base_url": "http://127.0.0.1:9/v1/", "api_key_ref": "KEY"},
             "provider_models": [
               {"name": "gpt-x", "custom_pricing": {"input_per_million": 5, "output_per_million": "7"}},
               {"name": "gpt-y"}],
             "transcripts": {"record_input_messages": true}}
            """
                .formatted(NAME));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  record Row(String operation, int status, String method, String path, String body) {
    @Override
    public String toString() {
      return method + " " + path + " " + status;
    }
  }

  static Row row(String operation, int status, String method, String path, String body) {
    return new Row(operation, status, method, path, body);
  }

  static Stream<Row> requests() {
    return Stream.of(
            providerRequests(),
            checkRequests(),
            secretRequests(),
            guardrailRequests(),
            IdentityRequests.users(),
            IdentityRequests.accounts(),
            catalogRequests(),
            spendingRequests(),
            blockedRequests(),
            otherRequests())
        .flatMap(requests -> requests);
  }

  private static Stream<Row> providerRequests() {
    return Stream.of(
        row("listLLMProviderTypes", 200, "GET", "/v1/llm-provider-types", ""),
        row("listLLMProviders", 200, "GET", PROVIDERS + "?page_size=1&order_by=name%20desc", ""),
        row("listLLMProviders", 200, "GET", PROVIDERS + "?page_size=1&enabled=true", ""),
        row("listLLMProviders", 422, "GET", PROVIDERS + "?page_size=1001", ""),
        row("listLLMProviders", 422, "GET", PROVIDERS + "?type=OPENAI", ""),
        row("listLLMProviders", 422, "GET", PROVIDERS + "?nmae_contains=a&page_size=1", ""),
        row("getLLMProvider", 422, "GET", PROVIDER + "?fields=name", ""),
        row("createLLMProvider", 201, "POST", PROVIDERS, NEW_PROVIDER),
        row("createLLMProvider", 409, "POST", PROVIDERS, NEW_PROVIDER.replace("team-b", NAME)),
        row("createLLMProvider", 422, "POST", PROVIDERS, "[]"),
        row("createLLMProvider", 422, "POST", PROVIDERS, "{\"surprise\": 1}"),
        row("getLLMProvider", 200, "GET", PROVIDER, ""),
        row("getLLMProvider", 404, "GET", PROVIDERS + "/nobody", ""),
        row("getLLMProvider", 422, "GET", PROVIDERS + "/No%20name", ""),
        row("updateLLMProvider", 200, "PATCH", PROVIDER, "{\"enabled\": true}"),
        row("updateLLMProvider", 200, "PATCH", PROVIDER + "?update_mask=description", "{}"),
        row("updateLLMProvider", 404, "PATCH", PROVIDERS + "/nobody", "{}"),
        row("updateLLMProvider", 422, "PATCH", PROVIDER + "?update_mask=nothing", "{}"),
        row("deleteLLMProvider", 204, "DELETE", PROVIDER, ""),
        row("deleteLLMProvider", 404, "DELETE", PROVIDERS + "/nobody", ""));
  }

  private static Stream<Row> checkRequests() {
    String saved = PROVIDER + "/connection-checks";
    String unsaved = "/v1/connection-checks";
    String model = "{\"model\": \"gpt-x\"}";
    String given = "{\"model\": \"gpt-x\", \"provider\": %s}".formatted(NEW_PROVIDER);
    return Stream.of(
        row("checkLLMProvider", 200, "POST", saved, model),
        row("checkLLMProvider", 404, "POST", PROVIDERS + "/nobody/connection-checks", model),
        row("checkLLMProvider", 422, "POST", saved, "{\"model\": \"gpt-z\"}"),
        row("checkLLMProvider", 422, "POST", saved, "{}"),
        row("checkConnection", 200, "POST", unsaved, given),
        row("checkConnection", 422, "POST", unsaved, given.replace("127.0.0.1", "169.254.169.254")),
        row("checkConnection", 422, "POST", unsaved, model));
  }

  private static Stream<Row> secretRequests() {
    return Stream.of(
        row("listSecrets", 200, "GET", "/v1/secrets", ""),
        row("listSecrets", 422, "GET", "/v1/secrets?page_token=x", ""),
        row("createSecret", 201, "POST", "/v1/secrets", NEW_SECRET),
        row("createSecret", 409, "POST", "/v1/secrets", NEW_SECRET.replace("OTHER", "KEY")),
        row("createSecret", 413, "POST", "/v1/secrets", " ".repeat(1 << 21)),
        row("createSecret", 422, "POST", "/v1/secrets", NEW_SECRET.replace("YWJj", "")),
        row("getSecret", 200, "GET", SECRET, ""),
        row("getSecret", 404, "GET", "/v1/secrets/NOBODY", ""),
        row("replaceSecret", 200, "PUT", SECRET, "{\"secret_data\": \"eHl6\"}"),
        row("replaceSecret", 404, "PUT", "/v1/secrets/NOBODY", "{}"),
        row("replaceSecret", 422, "PUT", SECRET, "{\"id\": \"OTHER\"}"),
        row("deleteSecret", 404, "DELETE", "/v1/secrets/NOBODY", ""),
        row("deleteSecret", 409, "DELETE", SECRET, ""));
  }

  private static Stream<Row> guardrailRequests() {
    return Stream.of(
        row("listGuardrails", 200, "GET", "/v1/guardrails?page_size=1", ""),
        row("listGuardrails", 422, "GET", "/v1/guardrails?page_token=x", ""),
        row("createGuardrail", 201, "POST", "/v1/guardrails", NEW_GUARDRAIL),
        row("createGuardrail", 409, "POST", "/v1/guardrails", NEW_GUARDRAIL.replace("new", "pii")),
        row("createGuardrail", 422, "POST", "/v1/guardrails", "{}"),
        row("getGuardrail", 200, "GET", GUARDRAIL, ""),
        row("getGuardrail", 404, "GET", "/v1/guardrails/nobody", ""),
        row("updateGuardrail", 200, "PATCH", GUARDRAIL + "?update_mask=enabled", "{}"),
        row("updateGuardrail", 404, "PATCH", "/v1/guardrails/nobody", "{}"),
        row("updateGuardrail", 422, "PATCH", GUARDRAIL, "{\"name\": \"other\"}"),
        row("deleteGuardrail", 204, "DELETE", GUARDRAIL, ""),
        row("deleteGuardrail", 404, "DELETE", "/v1/guardrails/nobody", ""));
  }

  private static Stream<Row> catalogRequests() {
    String models = "/v1/models?provider_type=LLM_PROVIDER_TYPE_";
    return Stream.of(
        row("listModels", 200, "GET", models + "OPENAI", ""),
        row("listModels", 200, "GET", models + "OPENAI_COMPATIBLE&name=none", ""),
        row("listModels", 200, "GET", models + "BEDROCK&aws_region=eu-west-1&page_size=2", ""),
        row("listModels", 422, "GET", models + "BEDROCK&aws_region=Mars", ""),
        row("listModels", 422, "GET", models + "MARS", ""),
        row("listCatalogVersions", 200, "GET", CATALOG + "?page_size=1", ""),
        row("listCatalogVersions", 422, "GET", CATALOG + "?page_token=x", ""),
        row("offerCatalogVersion", 201, "POST", CATALOG, content("2026-11-24")),
        row("offerCatalogVersion", 422, "POST", CATALOG, content("tomorrow")),
        row("offerCatalogVersion", 422, "POST", CATALOG, "{\"surprise\": 1}"),
        row("getCatalogVersion", 404, "GET", CATALOG + "/active", ""),
        row("getCatalogVersion", 404, "GET", CATALOG + "/1", ""),
        row("getCatalogVersion", 404, "GET", CATALOG + "/x", ""),
        row("approveCatalogVersion", 404, "POST", CATALOG + "/1/approve", "{}"),
        row("approveCatalogVersion", 404, "POST", CATALOG + "/x/approve", "{}"));
  }

  private static String content(String version) {
    String text = Catalogs.whole(version, Catalogs.row("OPENAI", "m", "1", "2"));
    return new JsonObject().put("content", text).encode();
  }

  private static Stream<Row> spendingRequests() {
    String spending = "/v1/spending/summary";
    String breakdown = "/v1/spending/breakdown";
    String series = "/v1/spending/timeseries";
    return Stream.of(
        row("getSpendingSummary", 200, "GET", spending, ""),
        row("getSpendingSummary", 200, "GET", spending + "?provider=a&provider=b&user=c", ""),
        row("getSpendingBreakdown", 200, "GET", breakdown + "?group_by=model&limit=1000", ""),
        row("getSpendingBreakdown", 422, "GET", breakdown + "?group_by=model&limit=1001", ""),
        row("getSpendingBreakdown", 422, "GET", breakdown + "?group_by=model&limit=0", ""),
        row("getSpendingTimeseries", 200, "GET", series + "?group_by=model&limit=1000", ""),
        row("getSpendingTimeseries", 422, "GET", series + "?bucket=HOUR&limit=1000", ""),
        row("getSpendingSummary", 422, "GET", spending + "?start=yesterday", ""),
        row("getSpendingBreakdown", 200, "GET", breakdown + "?group_by=provider", ""),
        row(
            "getSpendingBreakdown",
            200,
            "GET",
            breakdown + "?group_by=token_type&cost_type=input",
            ""),
        row("getSpendingBreakdown", 422, "GET", breakdown, ""),
        row("getSpendingBreakdown", 422, "GET", breakdown + "?group_by=colour", ""),
        row("getSpendingTimeseries", 200, "GET", series + "?tz=Asia/Kolkata&group_by=agent", ""),
        row("getSpendingTimeseries", 200, "GET", series + "?bucket=QUARTER_HOUR", ""),
        row("getSpendingTimeseries", 422, "GET", series + "?tz=Mars&bucket=YEAR&token_type=x", ""),
        row("getSpendingTimeseries", 422, "GET", series + "?bucket=HOUR&start=" + LONG_AGO, ""));
  }

  private static Stream<Row> blockedRequests() {
    String subjects = "/v1/blocked-subjects";
    return Stream.of(
        row("blockSubject", 200, "PUT", subjects + "/auth0%7Cada", "{\"reason\": \"left\"}"),
        row("blockSubject", 422, "PUT", subjects + "/ada", "{\"why\": \"left\"}"),
        row("blockSubject", 422, "PUT", subjects + "/a%20b", "{}"),
        row("listBlockedSubjects", 200, "GET", subjects + "?page_size=1", ""),
        row("listBlockedSubjects", 422, "GET", subjects + "?page_token=x", ""),
        row("unblockSubject", 404, "DELETE", subjects + "/nobody", ""));
  }

  private static Stream<Row> otherRequests() {
    return Stream.of(
        row("listAuditLog", 200, "GET", "/v1/audit-log?outcome=DONE&page_size=2", ""),
        row("listAuditLog", 422, "GET", "/v1/audit-log?outcome=MAYBE", ""),
        row("getKeys", 200, "GET", "/oauth/idp/jwks", ""),
        row("getDiscovery", 200, "GET", "/.well-known/openid-configuration", ""));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void answersAsDocumented(Row row) {
    check(row.operation(), row.status(), api.send(row.method(), row.path(), row.body()));
  }

  private static void check(String operation, int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    api.contract().check(operation, response);
  }

  @Test
  void aSecretThatNobodyUsesCanBeDeleted() {
    api.send("POST", "/v1/secrets", NEW_SECRET);
    check("deleteSecret", 204, api.send("DELETE", "/v1/secrets/OTHER", ""));
  }

  @Test
  void aCatalogueThatMovesAPriceWaitsAndIsApprovedOnce() {
    check("offerCatalogVersion", 201, api.send("POST", CATALOG, content("2026-11-24")));
    String dear = content("2026-11-25").replace("m\\t\\t1", "m\\t\\t9");
    HttpResponse<String> waits = api.send("POST", CATALOG, dear);
    check("offerCatalogVersion", 201, waits);
    assertThat(new JsonObject(waits.body()).getString("state")).isEqualTo("PENDING");
    check("listCatalogVersions", 200, api.send("GET", CATALOG, ""));
    check("getCatalogVersion", 200, api.send("GET", CATALOG + "/active", ""));
    String approve = CATALOG + "/" + new JsonObject(waits.body()).getString("id") + "/approve";
    check("approveCatalogVersion", 200, api.send("POST", approve, "{}"));
    check("approveCatalogVersion", 409, api.send("POST", approve, "{}"));
    check("offerCatalogVersion", 409, api.send("POST", CATALOG, content("2026-11-23")));
    String models = "/v1/models?provider_type=LLM_PROVIDER_TYPE_OPENAI";
    assertThat(api.send("GET", models, "").body()).contains("\"900000000\"", "2026-11-25");
  }

  @Test
  void whoIsBlockedCanBeLetInAgain() {
    String subject = "/v1/blocked-subjects/auth0%7Cada";
    check("blockSubject", 200, api.send("PUT", subject, "{}"));
    check("unblockSubject", 204, api.send("DELETE", subject, ""));
  }

  @Test
  void withoutAToken() {
    check("listSecrets", 401, api.send(api.anonymous("/v1/secrets")));
    check(
        "getLLMProvider",
        401,
        api.send(api.anonymous(PROVIDER).header("authorization", "Bearer eyJ.not.ours")));
  }

  @Test
  void withoutThePermission() {
    String reader = api.token(Role.READER);
    check(
        "deleteLLMProvider",
        403,
        api.send(api.anonymous(PROVIDER).header("authorization", "Bearer " + reader).DELETE()));
  }

  @Test
  void aLostUpdateIsRefusedAndTheEtagOfTheAnswerIsTheNextToSend() {
    HttpResponse<String> first = api.send("GET", PROVIDER, "");
    HttpResponse<String> second = api.send(patch(etag(first)));
    check("updateLLMProvider", 200, second);
    check("updateLLMProvider", 412, api.send(patch(etag(first))));
    check("updateLLMProvider", 412, api.send(patch("\"0\", " + etag(first))));
    check("updateLLMProvider", 200, api.send(patch("\"0\" , " + etag(second))));
  }

  @Test
  void aStaleEtagDeletesNothing() {
    var stale = api.request(PROVIDER).header("if-match", "\"0\"").DELETE();
    check("deleteLLMProvider", 412, api.send(stale));
    var guardrail = api.request(GUARDRAIL).header("if-match", "\"0\"").DELETE();
    check("deleteGuardrail", 412, api.send(guardrail));
    check("getLLMProvider", 200, api.send("GET", PROVIDER, ""));
  }

  @Test
  void aGuardrailInUseStays() {
    api.send(
        "POST",
        PROVIDERS,
        """
        {"name": "aws", "display_name": "AWS", "guardrail": "pii",
         "bedrock_config": {"region": "us-east-1"}}
        """);
    HttpResponse<String> refused = api.send("DELETE", GUARDRAIL, "");
    check("deleteGuardrail", 409, refused);
    assertThat(new JsonObject(refused.body()).getString("detail")).contains("\"aws\"");
  }

  @Test
  void aPageTokenContinuesOnlyTheListThatItCameFrom() {
    api.send("POST", PROVIDERS, NEW_PROVIDER);
    String list = PROVIDERS + "?order_by=name&page_size=1";
    String token = new JsonObject(api.send("GET", list, "").body()).getString("next_page_token");
    HttpResponse<String> next = api.send("GET", list + "&page_token=" + token, "");
    check("listLLMProviders", 200, next);
    assertThat(next.body()).contains("\"team-b\"").doesNotContain("\"team-a\"");
    assertThat(new JsonObject(next.body()).getString("next_page_token")).isEmpty();
    String other = PROVIDERS + "?order_by=name%20desc&page_token=" + token;
    check("listLLMProviders", 422, api.send("GET", other, ""));
    check("listSecrets", 422, api.send("GET", "/v1/secrets?page_token=" + token, ""));
  }

  private static HttpRequest.Builder patch(String etag) {
    return api.request(PROVIDER)
        .header("content-type", "application/json")
        .header("if-match", etag)
        .method("PATCH", BodyPublishers.ofString("{\"description\": \"changed\"}"));
  }

  private static String etag(HttpResponse<String> response) {
    String etag = response.headers().firstValue("etag").orElseThrow();
    assertThat(new JsonObject(response.body()).getString("etag")).isEqualTo(etag);
    return etag;
  }

  @Test
  void aBodyThatIsNoPlainJson() {
    var text = api.request("/v1/secrets").POST(BodyPublishers.ofString(NEW_SECRET));
    check("createSecret", 415, api.send(text.copy().header("content-type", "text/plain")));
    check("createSecret", 415, api.send(text.copy().header("content-type", "application/jsonl")));
    var json = text.header("content-type", "application/json; charset=utf-8");
    check("createSecret", 415, api.send(json.copy().header("content-encoding", "gzip")));
    check("createSecret", 201, api.send(json));
  }

  @Test
  void aMethodThatAResourceDoesNotHave() {
    HttpResponse<String> response = api.send("PUT", PROVIDER, "{}");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("DELETE, GET, PATCH");
    assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("UNIMPLEMENTED");
    assertThat(api.send("GET", "/v1/nothing-here", "").statusCode()).isEqualTo(404);
  }

  @Test
  void tokens() {
    var credential = api.store().admin().credential();
    String pair = credential.clientId() + ":" + credential.clientSecret();
    String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    String grant = "grant_type=client_credentials";
    check("createToken", 200, api.send(form(grant).header("authorization", basic)));
    check("createToken", 401, api.send(form(grant)));
    check("createToken", 401, api.send(form(grant + "&client_id=a&client_secret=b")));
    check(
        "createToken",
        400,
        api.send(form(grant + "&client_id=a&client_secret=b").header("authorization", basic)));
    check("createToken", 400, api.send(form("grant_type=password")));
    check("createToken", 400, api.send(form("")));
    check("createToken", 413, api.send(form(grant + "&x=" + "x".repeat(20_000))));
  }

  private static HttpRequest.Builder form(String form) {
    return api.anonymous("/oauth/idp/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form));
  }
}
