package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ResourceId;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as a browser without script gets them, over a real database. */
class PortalTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));
  private static Browser reader = writer;

  @BeforeAll
  static void signIn() throws Exception {
    writer = portal.signedIn("writer");
    reader = portal.signedIn("reader");
    writer.get("/providers");
    create("display_name", "Shared", "openai_api_key_ref_new_name", "SHARED_KEY");
  }

  @Test
  void nobodyGetsInWithoutSigningIn() throws Exception {
    HttpResponse<String> response = new Browser(portal.url()).get("/providers?type=openai");
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(location(response)).isEqualTo("/sign-in?next=%2Fproviders%3Ftype%3Dopenai");
  }

  @Test
  void wrongPasswordAndUnknownUserReadTheSame() throws Exception {
    var browser = new Browser(portal.url());
    browser.get("/sign-in");
    HttpResponse<String> wrong =
        browser.submit("/sign-in", "username", "writer", "password", "nope");
    HttpResponse<String> unknown =
        browser.submit("/sign-in", "username", "nobody", "password", "nope");
    assertThat(List.of(wrong.statusCode(), unknown.statusCode())).containsOnly(401);
    assertThat(alert(wrong)).isEqualTo(alert(unknown)).contains("User name or password is wrong.");
    assertThat(wrong.body()).contains("value=\"writer\"").doesNotContain("nope");
  }

  @Test
  void signingInLeadsBackButNeverToAnotherSite() throws Exception {
    assertThat(signInTo("/providers?page_size=25")).isEqualTo("/providers?page_size=25");
    assertThat(signInTo("//evil.example")).isEqualTo("/");
    assertThat(signInTo("/\\evil.example")).isEqualTo("/");
    assertThat(signInTo("https://evil.example")).isEqualTo("/");
  }

  @Test
  void signingOutEndsTheSession() throws Exception {
    Browser browser = portal.signedIn("reader");
    browser.get("/providers");
    browser.submit("/sign-out");
    assertThat(browser.get("/providers").statusCode()).isEqualTo(303);
  }

  @Test
  void aFormWithoutTheTokenOfTheSessionChangesNothing() throws Exception {
    HttpResponse<String> response =
        writer.post("/secrets", List.of(), "name", "FORGED", "value", "x");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(writer.get("/secrets").body()).doesNotContain("FORGED");
  }

  @Test
  void aProviderAndItsSecretAreCreatedTogether() throws Exception {
    HttpResponse<String> response =
        create(
            "display_name", "Team A",
            "openai_api_key_ref_new_name", "TEAM_A_KEY",
            "openai_models", "gpt-6-sol",
            "openai_models", "ft:own",
            "record_inputs", "on");
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(location(response)).isEqualTo("/providers/team-a");
    LlmProvider provider =
        portal.repository().providers().get(PortalExtension.ADMIN, new ResourceId("team-a"));
    assertThat(provider.models()).extracting("name").containsExactly("gpt-6-sol", "ft:own");
    assertThat(provider.draft().transcripts().recordInputMessages()).isTrue();
    String page = writer.get("/providers/team-a").body();
    assertThat(page)
        .contains("Provider created", "TEAM_A_KEY", "/llm/v1/providers/team-a", "$2.00");
    assertThat(writer.get("/providers/team-a").body()).doesNotContain("Provider created");
  }

  @Test
  void whatIsWrongComesBackAtItsFieldAndNothingElseIsLost() throws Exception {
    HttpResponse<String> response =
        create(
            "display_name", "Team <B>",
            "name", "Team_B",
            "openai_base_url", "ftp://x",
            "openai_api_key_ref_new_name", "TEAM_B_KEY",
            "openai_models", "gpt-6-sol",
            "openai_models", "ft:own",
            "record_outputs", "on");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body())
        .contains("value=\"Team &lt;B&gt;\"", "value=\"Team_B\"", "value=\"ftp://x\"")
        .contains("value=\"TEAM_B_KEY\"", "href=\"#name\"", "id=\"name-error\"")
        .contains("href=\"#openai_base_url\"", "id=\"openai_base_url-error\"")
        .contains("id=\"openai_api_key_ref_new_value-error\"", "3 fields need a change")
        .containsPattern("value=\"ft:own\"[^>]*checked")
        .containsPattern("id=\"record_outputs\"[^>]*checked")
        .doesNotContain("sk-secret");
  }

  @Test
  void aSecretThatDoesNotExistIsNamed() throws Exception {
    HttpResponse<String> response =
        create(
            "display_name", "Team C",
            "openai_api_key_ref_source", "existing",
            "openai_api_key_ref", "NO_SUCH_KEY");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body())
        .contains("secret &quot;NO_SUCH_KEY&quot; not found", "id=\"openai_api_key_ref-error\"")
        .doesNotContain("Did you mean");
    assertThat(
            create(
                    "display_name", "Team C",
                    "openai_api_key_ref_source", "existing",
                    "openai_api_key_ref", "SHARED_KYE")
                .body())
        .contains("secret &quot;SHARED_KYE&quot; not found. Did you mean SHARED_KEY?");
  }

  @Test
  void everyFigureOfAProviderLeadsToItsCostsAndHasItsDaysBelow() throws Exception {
    assertThat(reader.get("/providers/shared").body())
        .containsPattern(
            "(?s)(<a href=\"/cost\\?range=7d&amp;provider=shared&amp;tz=UTC\">View more.*){3}<table")
        .containsPattern("(?s)id=\"daily\".*(<th scope=\"row\">[A-Z][a-z]{2} [0-9]+ [A-Z].*){7}");
  }

  @Test
  void aNameThatIsTakenIsSaidAtTheField() throws Exception {
    HttpResponse<String> provider =
        create("display_name", "Shared", "openai_api_key_ref_new_name", "ANOTHER_KEY");
    assertThat(provider.statusCode()).isEqualTo(422);
    assertThat(provider.body()).contains("id=\"name-error\"", "already exists");
    HttpResponse<String> secret =
        create("display_name", "Unshared", "openai_api_key_ref_new_name", "SHARED_KEY");
    assertThat(secret.statusCode()).isEqualTo(422);
    assertThat(secret.body()).contains("id=\"openai_api_key_ref_new_name-error\"");
  }

  @Test
  void modelsAreAddedToThePageAndNothingIsSaved() throws Exception {
    HttpResponse<String> page =
        create("display_name", "Team D", "add_model", "1", "openai_search", "my-model");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .containsPattern("value=\"my-model\"[^>]*checked")
        .contains("value=\"Team D\"");
    assertThat(writer.get("/providers/team-d").statusCode()).isEqualTo(404);
  }

  @Test
  void aScriptGetsOnlyTheListThatItAskedFor() throws Exception {
    HttpResponse<String> fragment =
        writer.post(
            "/providers",
            List.of("HX-Request", "true", "HX-Target", "openai_models"),
            "csrf",
            writer.csrf(),
            "type",
            "openai",
            "add_pasted",
            "1",
            "openai_paste",
            "a\nb,c");
    assertThat(fragment.body()).startsWith("<div class=\"picker\"").contains("3 selected");
    assertThat(fragment.body()).doesNotContain("<html");
  }

  @Test
  void editingKeepsWhatOthersSavedMeanwhile() throws Exception {
    create("display_name", "Team E", "openai_api_key_ref_new_name", "TEAM_E_KEY");
    String stale = writer.etag("/providers/team-e/edit");
    HttpResponse<String> first = save("team-e", stale, "First");
    assertThat(first.statusCode()).isEqualTo(303);
    HttpResponse<String> second = save("team-e", stale, "Second");
    assertThat(second.statusCode()).isEqualTo(412);
    assertThat(second.body()).contains("Someone else has saved", "value=\"Second\"");
    assertThat(writer.get("/providers/team-e").body()).contains("<h1>First</h1>");
    assertThat(save("team-e", writer.etag("/providers/team-e/edit"), "Second").statusCode())
        .isEqualTo(303);
  }

  @Test
  void disablingAndEnabling() throws Exception {
    create("display_name", "Team F", "openai_api_key_ref_new_name", "TEAM_F_KEY");
    writer.submit("/providers/team-f/disable");
    assertThat(writer.get("/providers/team-f").body()).contains("Provider disabled", "/enable");
    assertThat(writer.get("/providers?status=disabled").body()).contains("Team F");
    writer.submit("/providers/team-f/enable");
    assertThat(writer.get("/providers/team-f").body()).contains("Provider enabled", "/disable");
  }

  @Test
  void deletingNeedsTheTypedName() throws Exception {
    create("display_name", "Team G", "openai_api_key_ref_new_name", "TEAM_G_KEY");
    assertThat(writer.submit("/providers/team-g/delete", "confirm", "team").statusCode())
        .isEqualTo(422);
    assertThat(writer.submit("/providers/team-g/delete", "confirm", "team-g").statusCode())
        .isEqualTo(303);
    assertThat(writer.get("/providers/team-g").statusCode()).isEqualTo(404);
  }

  @Test
  void listNarrowsByNameTypeAndStatus() throws Exception {
    create("display_name", "Zebra 50%", "openai_api_key_ref_new_name", "ZEBRA_KEY");
    assertThat(writer.get("/providers?name=ebra+50%25").body()).contains("Zebra 50%", "1 provider");
    String none = writer.get("/providers?name=zebra&type=openai_compatible").body();
    assertThat(none)
        .contains("No provider matches these filters", "href=\"/providers?name=zebra\"");
  }

  @Test
  void aSecretInUseStaysAndNamesItsProviders() throws Exception {
    HttpResponse<String> blocked = writer.submit("/secrets/SHARED_KEY/delete");
    assertThat(blocked.statusCode()).isEqualTo(409);
    assertThat(blocked.body()).contains("It is used by shared");
    assertThat(writer.get("/secrets").body()).contains("SHARED_KEY");
  }

  @Test
  void aSecretIsCreatedRotatedAndDeleted() throws Exception {
    assertThat(writer.submit("/secrets", "name", "lower", "value", "").statusCode()).isEqualTo(422);
    assertThat(location(writer.submit("/secrets", "name", "LONE_KEY", "value", "a")))
        .isEqualTo("/secrets");
    assertThat(writer.submit("/secrets", "name", "LONE_KEY", "value", "a").statusCode())
        .isEqualTo(422);
    assertThat(writer.get("/secrets/LONE_KEY/rotate").body()).contains("readonly");
    assertThat(writer.submit("/secrets/LONE_KEY/rotate", "value", "").statusCode()).isEqualTo(422);
    writer.submit("/secrets/LONE_KEY/rotate", "value", "b");
    assertThat(writer.get("/secrets").body()).contains("Secret rotated");
    assertThat(writer.get("/secrets/LONE_KEY/delete").statusCode()).isEqualTo(200);
    writer.submit("/secrets/LONE_KEY/delete");
    assertThat(writer.get("/secrets").body()).contains("Secret deleted").doesNotContain("LONE_KEY");
  }

  @Test
  void aReaderSeesNoButtonThatHeMayNotUse() throws Exception {
    assertThat(reader.get("/providers").body())
        .contains("Shared")
        .doesNotContain("Create provider");
    assertThat(reader.get("/providers/shared").body())
        .contains("Last 7 days")
        .doesNotContain("/edit\"", "/disable\"", "Delete this provider");
    assertThat(reader.get("/secrets").body()).contains("SHARED_KEY").doesNotContain("Rotate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/providers/-/new",
        "/providers/shared/edit",
        "/secrets/-/new",
        "/secrets/SHARED_KEY/rotate",
        "/secrets/SHARED_KEY/delete"
      })
  void aReaderWhoAsksAllTheSameIsRefused(String path) throws Exception {
    HttpResponse<String> response = reader.get(path);
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("lacks permission dataplane_adp_");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/providers",
        "/providers/shared",
        "/providers/shared/disable",
        "/providers/shared/enable",
        "/secrets",
        "/secrets/SHARED_KEY/rotate",
        "/secrets/SHARED_KEY/delete"
      })
  void aReaderWhoSendsAFormIsRefused(String path) throws Exception {
    reader.get("/providers");
    HttpResponse<String> response =
        reader.submit(path, "type", "openai", "display_name", "x", "name", "X", "value", "v");
    assertThat(response.statusCode()).isEqualTo(403);
    for (String typed : List.of("shared", "another")) {
      HttpResponse<String> delete = reader.submit("/providers/shared/delete", "confirm", typed);
      assertThat(delete.statusCode()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "/providers/nothing", "/providers/No_Name", "/secrets/x/rotate"})
  void whatDoesNotExistIsAPageToo(String path) throws Exception {
    HttpResponse<String> response = writer.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("<h1", "not found");
  }

  @Test
  void everyAnswerTellsTheBrowserToBeCareful() throws Exception {
    for (String path : List.of("/providers", "/sign-in", "/nothing")) {
      var headers = writer.get(path).headers();
      assertThat(headers.firstValue("content-security-policy").orElse(""))
          .isEqualTo(
              "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
                  + " frame-ancestors 'none'");
      assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
      assertThat(headers.firstValue("cache-control")).contains("no-store");
    }
  }

  @Test
  void theThemeIsRemembered() throws Exception {
    writer.get("/providers");
    assertThat(location(writer.submit("/theme", "theme", "dark", "back", "/secrets")))
        .isEqualTo("/secrets");
    assertThat(writer.get("/providers").body()).contains("data-bs-theme=\"dark\"");
    writer.submit("/theme", "theme", "light", "back", "//evil.example");
    assertThat(writer.get("/providers").body()).contains("data-bs-theme=\"light\"");
  }

  @Test
  void anExpiredSessionLeadsAScriptToTheSignInPage() throws Exception {
    HttpResponse<String> response =
        new Browser(portal.url()).get("/providers", "HX-Request", "true", "HX-Boosted", "true");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("HX-Redirect").orElse("")).startsWith("/sign-in");
  }

  private static HttpResponse<String> create(String... fields) throws Exception {
    var all = new ArrayList<>(List.of(fields));
    all.addAll(List.of("type", "openai", "openai_api_key_ref_new_value", "sk-secret"));
    if (!all.contains("openai_api_key_ref_source")) {
      all.addAll(List.of("openai_api_key_ref_source", "new"));
    }
    return writer.submit("/providers", all.toArray(String[]::new));
  }

  private static HttpResponse<String> save(String name, String etag, String displayName)
      throws Exception {
    return writer.submit(
        "/providers/" + name,
        "etag",
        etag,
        "name",
        name,
        "display_name",
        displayName,
        "type",
        "openai",
        "openai_api_key_ref_source",
        "existing",
        "openai_api_key_ref",
        "TEAM_E_KEY");
  }

  private static String signInTo(String next) throws Exception {
    var browser = new Browser(portal.url());
    browser.get("/sign-in");
    return location(
        browser.submit(
            "/sign-in", "username", "reader", "password", portal.password(), "next", next));
  }

  private static String location(HttpResponse<String> response) {
    return response.headers().firstValue("location").orElse("");
  }

  private static String alert(HttpResponse<String> response) {
    return response
        .body()
        .lines()
        .filter(line -> line.contains("role=\"alert\""))
        .findFirst()
        .orElse("");
  }
}
