package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ResourceId;
import dev.adp.store.ModelCatalog;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Guardrails, service accounts, users, the audit log and the catalogue, without script. */
class ResourcePagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static Browser admin = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void signIn() throws Exception {
    admin = portal.signedIn("admin");
    admin.get("/providers");
  }

  @Test
  void aGuardrailIsCreatedEditedAndDeleted() throws Exception {
    HttpResponse<String> wrong = guardrail("/guardrails", "", "PII <EU>", "Frankfurt", "");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body())
        .contains("id=\"region-error\"", "value=\"PII &lt;EU&gt;\"", "value=\"pii-eu\"");
    assertThat(location(guardrail("/guardrails", "", "PII EU", "eu-central-1", "")))
        .isEqualTo("/guardrails/pii-eu");
    assertThat(guardrail("/guardrails", "", "PII EU", "eu-central-1", "").body())
        .contains("id=\"name-error\"", "already exists");
    String stale =
        guardrail("/guardrails/pii-eu", "pii-eu", "Other", "eu-central-1", "\"9\"").body();
    String etag = admin.etag("/guardrails/pii-eu/edit");
    assertThat(stale)
        .contains("Someone else has saved this", "value=\"" + etag.replace("\"", "&quot;") + '"');
    assertThat(location(guardrail("/guardrails/pii-eu", "pii-eu", "New", "eu-central-1", etag)))
        .isEqualTo("/guardrails/pii-eu");
    assertThat(admin.get("/guardrails").body()).contains(">New</a>", "Not used");
    assertThat(location(admin.submit("/guardrails/pii-eu/delete"))).isEqualTo("/guardrails");
    assertThat(admin.get("/guardrails").body()).contains("Guardrail deleted");
  }

  @Test
  void aGuardrailInUseNamesItsProvidersAndStays() throws Exception {
    guardrail("/guardrails", "", "Used", "us-east-1", "");
    admin.submit(
        "/providers",
        "type",
        "bedrock",
        "display_name",
        "Guarded",
        "bedrock_region",
        "us-east-1",
        "bedrock_guardrail",
        "used");
    assertThat(admin.get("/guardrails").body()).contains("href=\"/providers/guarded\"");
    assertThat(admin.get("/guardrails/used").body())
        .contains("href=\"/providers/guarded\"")
        .doesNotContain("Delete guardrail</button>");
    HttpResponse<String> refused = admin.submit("/guardrails/used/delete");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("is used by &quot;guarded&quot;");
  }

  @Test
  void aGuardrailOfManyProvidersNamesTheFirst() throws Exception {
    guardrail("/guardrails", "", "Popular", "us-east-1", "");
    for (int i = 0; i < 12; i++) {
      admin.submit(
          "/providers",
          "type",
          "bedrock",
          "display_name",
          "Popular %02d".formatted(i),
          "bedrock_region",
          "us-east-1",
          "bedrock_guardrail",
          "popular");
    }
    String card =
        Html.between(admin.get("/guardrails/popular").body(), "id=\"used\"", "</section>");
    assertThat(Html.all("href=\"/providers/([^\"]*)\"", card))
        .hasSize(10)
        .startsWith("popular-00")
        .endsWith("popular-09");
    assertThat(Html.text(card)).contains("popular-09 and 2 more");
    assertThat(Html.text(admin.submit("/guardrails/popular/delete").body()))
        .contains("\"popular-09\" and 2 more: detach it first.");
  }

  @Test
  void theSecretOfACredentialIsShownOnceAndWorks() throws Exception {
    String page =
        admin
            .submit(
                "/service-accounts",
                "display_name",
                "Support bot",
                "role",
                "LLMProviderInvoker",
                "agent",
                "on")
            .body();
    String clientId = match("id=\"client-id\">([^<]+)<", page);
    String secret = match("id=\"client-secret\">([^<]+)<", page);
    assertThat(portal.repository().serviceAccounts().authenticate(clientId, secret))
        .isEqualTo(new ResourceId("support-bot"));
    assertThat(admin.get("/service-accounts/support-bot").body())
        .contains(clientId, "Agent")
        .doesNotContain(secret);
    String second = admin.submit("/service-accounts/support-bot/credentials").body();
    String other = match("id=\"client-id\">([^<]+)<", second);
    admin.submit("/service-accounts/support-bot/credentials/" + clientId + "/revoke");
    assertThat(admin.get("/service-accounts/support-bot").body())
        .contains(other, "Credential revoked")
        .doesNotContain(clientId);
  }

  @Test
  void aServiceAccountIsEditedAndDeletedByItsName() throws Exception {
    admin.submit("/service-accounts", "name", "temp", "display_name", "Temp", "role", "Reader");
    assertThat(admin.get("/service-accounts/temp/edit").body())
        .containsPattern("value=\"Reader\"[^>]*selected");
    String etag = admin.etag("/service-accounts/temp/edit");
    HttpResponse<String> wrong =
        admin.submit(
            "/service-accounts/temp",
            "name",
            "temp",
            "display_name",
            " ",
            "role",
            "King",
            "etag",
            etag);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("id=\"display_name-error\"", "id=\"role-error\"");
    assertThat(
            admin
                .submit(
                    "/service-accounts/temp",
                    "name",
                    "temp",
                    "display_name",
                    "Temporary",
                    "role",
                    "Writer",
                    "etag",
                    etag)
                .statusCode())
        .isEqualTo(303);
    assertThat(admin.submit("/service-accounts/temp/delete", "confirm", "tem").statusCode())
        .isEqualTo(422);
    assertThat(location(admin.submit("/service-accounts/temp/delete", "confirm", "temp")))
        .isEqualTo("/service-accounts");
  }

  @Test
  void aUserGetsAPasswordThatIsShownOnce() throws Exception {
    String page =
        admin
            .submit("/users", "name", "maya", "email", "maya@example.com", "role", "Writer")
            .body();
    String password = match("id=\"password\">([^<]+)<", page);
    var browser = new Browser(portal.url());
    browser.get("/sign-in");
    assertThat(browser.submit("/sign-in", "username", "maya", "password", password).statusCode())
        .isEqualTo(303);
    assertThat(admin.get("/users").body()).contains("maya@example.com").doesNotContain(password);
    assertThat(
            admin
                .submit("/users", "name", "maya2", "email", "maya@example.com", "role", "Writer")
                .body())
        .contains("id=\"email-error\"", "already exists");
    String tooShort =
        admin
            .submit(
                "/users/maya",
                "name",
                "maya",
                "email",
                "maya@example.com",
                "role",
                "Writer",
                "password",
                "short",
                "etag",
                portal
                    .repository()
                    .users()
                    .get(PortalExtension.ADMIN, new ResourceId("maya"))
                    .etag())
            .body();
    assertThat(tooShort).contains("id=\"password-error\"").doesNotContain("value=\"short\"");
    assertThat(location(admin.submit("/users/maya/delete", "confirm", "maya"))).isEqualTo("/users");
    assertThat(browser.get("/providers").statusCode()).isEqualTo(303);
  }

  @Test
  void theLastAdminStays() throws Exception {
    HttpResponse<String> refused = admin.submit("/users/admin/delete", "confirm", "admin");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("role=\"alert\"");
  }

  @Test
  void theAuditLogSaysWhoDidWhatAndIsNarrowed() throws Exception {
    guardrail("/guardrails", "", "Audited", "us-east-1", "");
    String all = admin.get("/audit-log?resource=guardrails%2Faudited").body();
    assertThat(all)
        .contains("guardrail_create", "Show change", "user:admin", "portal", "Done")
        .contains("href=\"/audit-log\"");
    portal.signedIn("reader").get("/guardrails/-/new");
    assertThat(admin.get("/audit-log?outcome=refused&actor=reader").body())
        .contains("Refused", "href=\"/audit-log?actor=reader\"");
    assertThat(admin.get("/audit-log?from=2020-01-01&to=2020-01-02").body())
        .contains("Nothing matches these filters");
    for (String day : List.of("yesterday", "%2B999999999-12-31", "-999999999-01-01")) {
      assertThat(admin.get("/audit-log?from=" + day + "&to=" + day).statusCode()).isEqualTo(200);
    }
    assertThat(admin.get("/audit-log?after=x").statusCode()).isEqualTo(422);
  }

  @Test
  void aCatalogThatMovesPricesWaitsForApproval() throws Exception {
    var versions = portal.repository().catalogVersions();
    versions.adoptShipped(ModelCatalog.shippedFile());
    String dearer =
        ModelCatalog.shippedFile()
            .text()
            .replaceFirst("# version: .*", "# version: 2999-01-01")
            .replaceFirst("\nOPENAI\tgpt-4\t\t30\t", "\nOPENAI\tgpt-4\t\t90\t");
    versions.offer(PortalExtension.ADMIN, dearer, "a test");
    String page = admin.get("/catalog").body();
    assertThat(page)
        .contains("2999-01-01", "Waits for approval", "$30.00 → $90.00", "moves more than twofold");
    String action = match("action=\"(/catalog/[0-9]+/approve)\"", page);
    assertThat(location(admin.submit(action))).isEqualTo("/catalog");
    assertThat(admin.get("/catalog").body()).contains("Catalog approved", "Superseded");
    assertThat(admin.submit(action).statusCode()).isEqualTo(409);
    assertThat(admin.submit("/catalog/x/approve").statusCode()).isEqualTo(404);
  }

  @Test
  void whatARoleMayNotDoIsNeitherShownNorDone() throws Exception {
    Browser reader = portal.signedIn("reader");
    assertThat(reader.get("/providers").body())
        .contains("href=\"/guardrails\"")
        .doesNotContain("/service-accounts", "href=\"/users\"", "/audit-log", "href=\"/catalog\"");
    for (String path : new String[] {"/service-accounts", "/users", "/audit-log", "/catalog"}) {
      assertThat(reader.get(path).statusCode()).as(path).isEqualTo(403);
    }
    assertThat(reader.get("/guardrails").body()).doesNotContain("Create guardrail");
  }

  private static HttpResponse<String> guardrail(
      String path, String name, String displayName, String region, String etag) throws Exception {
    return admin.submit(
        path,
        "name",
        name,
        "display_name",
        displayName,
        "region",
        region,
        "guardrail_identifier",
        "gr4k7l2m9xyz",
        "guardrail_version",
        "1",
        "enabled",
        "on",
        "etag",
        etag);
  }

  private static String location(HttpResponse<String> response) {
    return response.headers().firstValue("location").orElse("");
  }

  private static String match(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }
}
