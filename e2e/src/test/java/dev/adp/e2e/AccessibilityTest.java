package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No page breaks a rule that axe-core knows, by day or by night. */
@ExtendWith(World.class)
class AccessibilityTest {
  private static final List<String> PAGES =
      List.of(
          "/providers",
          "/providers?name=nothing-is-called-so",
          "/providers/-/new",
          "/providers/demo",
          "/providers/demo/connect",
          "/providers/demo/edit",
          "/secrets",
          "/secrets/-/new",
          "/account/password",
          "/guardrails",
          "/guardrails/-/new",
          "/guardrails/axe",
          "/guardrails/axe/edit",
          "/service-accounts",
          "/service-accounts/-/new",
          "/service-accounts/demo-agent",
          "/service-accounts/demo-agent/edit",
          "/users",
          "/users/-/new",
          "/users/admin/edit",
          "/cost?range=7d&tz=UTC",
          "/cost?range=7d&tz=UTC&group_by=model&model=echo-1&values=spend",
          "/transcripts",
          "/transcripts?agent=support&status=ok",
          "/transcripts/support-48213",
          "/audit-log",
          "/catalog",
          "/secrets/DEMO_API_KEY/rotate",
          "/secrets/DEMO_API_KEY/delete",
          "/docs/api",
          "/no-such-page");

  private final Program program;
  private final Chromium chromium;

  AccessibilityTest(Program program, Chromium chromium) {
    this.program = program;
    this.chromium = chromium;
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyPageIsAccessible(String theme) throws IOException {
    String axe =
        Files.readString(Program.ROOT.resolve("e2e/node/node_modules/axe-core/axe.min.js"));
    // Made once for both themes.
    var _ = program.rest().call("POST", "/v1/guardrails", Sweep.guardrail("axe").encode());
    // The pages allow no script but their own.
    var options = new Browser.NewContextOptions().setBypassCSP(true);
    try (BrowserContext window = chromium.window(program, options)) {
      Page page = window.newPage();
      Chromium.signIn(page, program);
      if (theme.equals("dark")) {
        page.waitForResponse("**/theme", () -> button(page, "Switch theme").click());
      }
      for (String path : PAGES) {
        int status = Objects.requireNonNull(page.navigate(path)).status();
        assertThat(status).as(path).isEqualTo(path.equals("/no-such-page") ? 404 : 200);
        assertAccessible(page, axe, theme);
      }
      assertWhatComesLaterAccessible(page, axe, theme);
      assertBedrockFormAccessible(page, axe, theme);
      page.navigate("/providers/-/new");
      page.getByLabel("Display name").fill("Refused");
      page.getByLabel("Resource ID").fill("Not a name!");
      page.getByRole(
              AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^OpenAI-comp")))
          .check();
      button(page, "Create provider").click();
      page.getByRole(AriaRole.ALERT).waitFor();
      assertAccessible(page, axe, theme);
      page.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("adp"));
      page.navigate("/sign-in");
      assertAccessible(page, axe, theme);
    }
  }

  /** What stands on a page only when something has been done there. */
  private static void assertWhatComesLaterAccessible(Page page, String axe, String theme) {
    page.navigate("/providers/demo");
    button(page, "Test Connection").click();
    page.locator("#verify .note").waitFor();
    assertAccessible(page, axe, theme);
    page.navigate("/providers");
    page.getByText("Filter").first().click();
    assertAccessible(page, axe, theme);
    page.navigate("/service-accounts/demo-agent");
    button(page, "Add credential").click();
    page.getByText("Client secret").waitFor();
    assertAccessible(page, axe, theme);
  }

  /** The longest form, with profiles by geography, and the dialog above it. */
  private static void assertBedrockFormAccessible(Page page, String axe, String theme) {
    page.navigate("/providers/-/new");
    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^AWS")))
        .check();
    page.getByText("US regions").waitFor();
    page.getByText("Static keys").click();
    page.getByText("Show IAM policy").click();
    page.locator("#policy").waitFor();
    assertAccessible(page, axe, theme);
    page.locator("#bedrock_models").getByRole(AriaRole.CHECKBOX).first().check();
    page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName(Pattern.compile("^Override pricing of")))
        .first()
        .click();
    page.getByRole(AriaRole.DIALOG).waitFor();
    assertAccessible(page, axe, theme);
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private static void assertAccessible(Page page, String axe, String theme) {
    assertThat(page.evaluate("document.documentElement.dataset.bsTheme")).isEqualTo(theme);
    page.evaluate(axe);
    Object violations =
        page.evaluate(
            """
            async () => (await axe.run()).violations.flatMap(
              rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))
            """);
    assertThat(violations).as(page.url()).isEqualTo(List.of());
  }
}
