package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static dev.adp.e2e.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.adp.http.ThirdPartyIssuer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People and programs of an issuer that we have not written: mock-oauth2-server. */
@ExtendWith(World.class)
class ExternalIssuerTest {
  private static final String CALL =
      """
      {"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello"}]}
      """;
  private static final Duration REVOKED_WITHIN = Duration.ofSeconds(5);

  private static final ThirdPartyIssuer issuer = new ThirdPartyIssuer("ES256");
  private static final Program program =
      Program.prepared(
          "demo",
          "ADP_OIDC_ISSUER",
          issuer.url(),
          "ADP_OIDC_CLIENT_ID",
          "portal",
          "ADP_OIDC_CLIENT_SECRET",
          "hush",
          "ADP_OIDC_AUDIENCE",
          "adp");

  private final Chromium chromium;

  ExternalIssuerTest(Chromium chromium) {
    this.chromium = chromium;
  }

  @BeforeAll
  static void start() {
    program.start();
    eventually(() -> assertThat(list(issuer.accessToken())).isEqualTo(200));
  }

  @AfterAll
  static void stop() {
    program.close();
    issuer.close();
  }

  private static int list(String token) {
    return new Rest(program.portal(), token).call("GET", "/v1/llm-providers", "").statusCode();
  }

  private static int call(String token) {
    return new Rest(program.gateway(), token)
        .call("POST", "/llm/v1/providers/demo/chat/completions", CALL)
        .statusCode();
  }

  @Test
  void aProgramOfItsCallsModelsAndIsOutEverywhereOnceItIsBlocked() {
    String token = issuer.accessToken();
    assertThat(call(token)).isEqualTo(200);
    eventually(() -> assertThat(requestsOf("oidc:robot")).isEqualTo(1));

    program.rest().call("PUT", "/v1/blocked-subjects/robot", "{\"reason\": \"left\"}");
    within(REVOKED_WITHIN, () -> list(token) == 401 && call(token) == 401);

    program.rest().call("DELETE", "/v1/blocked-subjects/robot", "");
    eventually(() -> assertThat(call(token)).isEqualTo(200));
  }

  private static long requestsOf(String user) {
    return program
        .rest()
        .get("/v1/spending/breakdown?group_by=user")
        .getJsonArray("entries")
        .stream()
        .map(JsonObject.class::cast)
        .filter(entry -> user.equals(entry.getString("key")))
        .mapToLong(
            entry -> Long.parseLong(entry.getJsonObject("stats").getString("total_requests")))
        .sum();
  }

  @Test
  void aReaderOfItsSignsInSeesTheListMayNotMoreAndSignsOutThereToo() {
    try (BrowserContext window = chromium.window(program, new Browser.NewContextOptions())) {
      Page page = window.newPage();
      page.navigate("/providers");
      link(page, "Sign in with localhost").click();
      page.getByPlaceholder("Enter any user/subject").fill("ada");
      page.getByPlaceholder(Pattern.compile("Optional claims"))
          .fill("{\"roles\": [\"Reader\"], \"preferred_username\": \"ada.l\"}");
      button(page, "Sign-in").click();
      page.waitForURL(program.portal() + "/providers");
      link(page, "demo").first().waitFor();
      assertThat(link(page, "Create provider").count()).isZero();
      assertThat(page.navigate("/providers/-/new").status()).isEqualTo(403);

      page.navigate("/providers");
      page.getByText("oidc:ada").first().click();
      page.getByText("oidc:ada.l · Reader").waitFor();
      assertThat(link(page, "Change password").count()).isZero();
      button(page, "Sign out").click();
      Locator there = link(page, "Sign out at localhost too");
      String address = there.getAttribute("href");
      assertThat(address).startsWith(issuer.url() + "/endsession?id_token_hint=eyJ");
      there.click();
      page.waitForURL(program.portal() + "/sign-in");
      page.navigate("/providers");
      assertThat(page.url()).contains("/sign-in");

      String idToken = address.replaceFirst(".*id_token_hint=([^&]+).*", "$1");
      assertThat(program.out() + program.err()).doesNotContain(idToken);
      assertThat(list(idToken)).isEqualTo(401); // What lies in the history opens nothing.
    }
  }

  private static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }
}
