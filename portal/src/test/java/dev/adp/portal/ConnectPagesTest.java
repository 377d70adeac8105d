package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Connect tab as a browser without script gets it, over a real database. */
class ConnectPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final String PAGE = "/providers/team-a/connect";
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void createProvider() throws Exception {
    writer = portal.signedIn("writer");
    writer.get("/providers");
    HttpResponse<String> created =
        writer.submit(
            "/providers",
            "type",
            "openai",
            "display_name",
            "Team A",
            "openai_api_key_ref_source",
            "new",
            "openai_api_key_ref_new_name",
            "TEAM_A_KEY",
            "openai_api_key_ref_new_value",
            "sk-1",
            "openai_models",
            "text-embedding-3-small",
            "openai_models",
            "gpt-5.4-mini");
    assertThat(created.statusCode()).isEqualTo(303);
  }

  @Test
  void theOverviewLeadsToEveryClientAndLanguage() throws Exception {
    String overview = writer.get("/providers/team-a").body();
    assertThat(overview).contains("<h2 id=\"app-title\">Connect your app</h2>");
    assertThat(overview.indexOf("app-title")).isGreaterThan(overview.indexOf("verify-title"));
    assertThat(overview).contains("href=\"" + PAGE + "?client=codex\"");
    for (String tab : new String[] {"client=cursor", "language=python"}) {
      assertThat(overview).contains("href=\"" + PAGE + "?" + tab + "\"");
      String id = tab.replace('=', '-');
      assertThat(writer.get(PAGE + "?" + tab).body()).contains(current(id, "?" + tab));
    }
  }

  @Test
  void opensTheFirstTabOfEachRow() throws Exception {
    assertThat(writer.get(PAGE).body())
        .contains(current("token-curl", ""), current("client-codex", ""))
        .contains(current("language-curl", ""), current("response-streaming", ""))
        .contains("https://gateway.example.com/llm/v1/providers/team-a/responses")
        .contains("https://gateway.example.com/oauth/idp/token");
  }

  @Test
  void theUrlHoldsAllThatIsOpen() throws Exception {
    String page = writer.get(PAGE + "?token=node&language=go&client=nonsense").body();
    assertThat(page)
        .contains(current("token-node", "?token=node&amp;language=go"))
        .contains(current("client-codex", "?token=node&amp;language=go"))
        .contains(link("client-cursor", "?token=node&amp;client=cursor&amp;language=go"))
        .contains(link("language-curl", "?token=node"))
        .contains(link("response-whole", "?token=node&amp;language=go&amp;response=whole"))
        .contains("github.com/openai/openai-go/v3", "npm install openid-client");
  }

  @Test
  void aScriptGetsOnlyWhatTheTabsChange() throws Exception {
    String part = writer.get(PAGE + "?language=go", "HX-Target", "connect").body();
    assertThat(part).startsWith("<div class=\"stack\" id=\"connect\">").doesNotContain("<html");
  }

  @Test
  void modelsThatCannotChatAreNotCalled() throws Exception {
    assertThat(writer.get(PAGE).body()).contains("gpt-5.4-mini").doesNotContain("text-embedding");
  }

  @Test
  void onlyWhoMayCreateServiceAccountsIsSentThere() throws Exception {
    Browser admin = portal.signedIn("admin");
    assertThat(admin.get(PAGE).body()).contains("href=\"/service-accounts/-/new\"");
    assertThat(writer.get(PAGE).body())
        .doesNotContain("/service-accounts/-/new")
        .contains("Ask an Admin for a service account.");
  }

  @Test
  void aDisabledProviderSaysSo() throws Exception {
    writer.submit("/providers/team-a/disable");
    assertThat(writer.get(PAGE).body()).contains("This provider is disabled.");
    writer.submit("/providers/team-a/enable");
    assertThat(writer.get(PAGE).body()).doesNotContain("This provider is disabled.");
  }

  private static String current(String tab, String query) {
    return link(tab, query) + " aria-current=\"true\"";
  }

  private static String link(String tab, String query) {
    return "id=\"tab-%s\" href=\"%s%s\"".formatted(tab, PAGE, query);
  }
}
