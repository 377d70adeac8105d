package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  @EnumSource
  void everyPageIsAccessible(Axe.Theme theme) {
    // Made once for both themes.
    var _ = program.rest().call("POST", "/v1/guardrails", Sweep.guardrail("axe").encode());
    try (BrowserContext window = chromium.window(program, Axe.options())) {
      Page page = window.newPage();
      Chromium.signIn(page, program);
      var axe = Axe.on(page, theme);
      for (String path : PAGES) {
        int status = Objects.requireNonNull(page.navigate(path)).status();
        assertThat(status).as(path).isEqualTo(path.equals("/no-such-page") ? 404 : 200);
        axe.assertAccessible();
      }
      assertWhatComesLaterAccessible(page, axe);
      assertBedrockFormAccessible(page, axe);
      assertOvertakenFormsAccessible(page, axe);
      page.navigate("/providers/-/new");
      page.getByLabel("Display name").fill("Refused");
      page.getByLabel("Resource ID").fill("Not a name!");
      page.getByRole(
              AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^OpenAI-comp")))
          .check();
      button(page, "Create provider").click();
      page.getByRole(AriaRole.ALERT).waitFor();
      axe.assertAccessible();
      page.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("adp"));
      page.navigate("/sign-in");
      axe.assertAccessible();
    }
  }

  /** What stands on a page only when something has been done there. */
  private static void assertWhatComesLaterAccessible(Page page, Axe axe) {
    page.navigate("/providers/demo");
    button(page, "Test Connection").click();
    page.locator("#verify .note").waitFor();
    axe.assertAccessible();
    page.navigate("/providers");
    page.getByText("Filter").first().click();
    axe.assertAccessible();
    page.navigate("/service-accounts/demo-agent");
    button(page, "Add credential").click();
    page.getByText("Client secret").waitFor();
    axe.assertAccessible();
  }

  /** The longest form, with profiles by geography, and the dialog above it. */
  private static void assertBedrockFormAccessible(Page page, Axe axe) {
    page.navigate("/providers/-/new");
    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^AWS")))
        .check();
    page.getByText("US regions").waitFor();
    page.getByText("Static keys").click();
    page.getByText("Show IAM policy").click();
    page.locator("#policy").waitFor();
    axe.assertAccessible();
    page.locator("#bedrock_models").getByRole(AriaRole.CHECKBOX).first().check();
    page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName(Pattern.compile("^Override pricing of")))
        .first()
        .click();
    page.locator("dialog:modal").waitFor();
    axe.assertAccessible();
    page.getByLabel("Output", new Page.GetByLabelOptions().setExact(true)).fill("seven");
    button(page, "Save pricing").click();
    page.locator("dialog:modal .is-invalid").waitFor();
    axe.assertAccessible();
  }

  /** Somebody else has saved while the page was open. */
  private void assertOvertakenFormsAccessible(Page page, Axe axe) {
    String name = "axe-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    var _ = program.rest().createOpenAi(name, program.echoUrl(), World.SECRET);
    page.navigate("/providers/" + name + "/edit");
    saved("/v1/llm-providers/" + name, "Meanwhile");
    button(page, "Save provider").click();
    page.getByText("Someone else has saved this provider").waitFor();
    axe.assertAccessible();

    page.navigate("/guardrails/axe/edit");
    saved("/v1/guardrails/axe", "Meanwhile, by " + name);
    button(page, "Save guardrail").click();
    page.getByText("Someone else has saved this since").waitFor();
    axe.assertAccessible();
  }

  private void saved(String path, String displayName) {
    var _ = program.rest().patch(path, new JsonObject().put("display_name", displayName));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }
}
