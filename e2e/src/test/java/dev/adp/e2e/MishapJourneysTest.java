package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Refusals, sessions that end and ways back: none takes away what somebody has typed or seen. */
@ExtendWith(World.class)
class MishapJourneysTest {
  private static final String MODEL = "gpt-5.4-mini";

  private final Program program;
  private final Aimock aimock;
  private final BrowserContext window;
  private final Page page;

  MishapJourneysTest(Program program, Aimock aimock, Chromium chromium) {
    this.program = program;
    this.aimock = aimock;
    window =
        chromium.window(
            program,
            new Browser.NewContextOptions()
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    page = window.newPage();
    Chromium.signIn(page, program);
  }

  @AfterEach
  void closeWindow() {
    window.close();
  }

  @Test
  void aRefusalIsToldAndTheFormStays() {
    fillIn("Not lost");
    signInAgain();
    role(AriaRole.BUTTON, "Create provider").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Look at it and send it again");
    assertThat(page.getByRole(AriaRole.MAIN)).hasCount(1); // No page within the page.
    assertThat(role(AriaRole.TEXTBOX, "Display name")).hasValue("Not lost");

    role(AriaRole.BUTTON, "Create provider").click();
    assertThat(role(AriaRole.HEADING, "Not lost")).isVisible();
  }

  @Test
  void aSessionThatEndsTakesNoFormAway() {
    fillIn("Long at it");
    window.clearCookies(new BrowserContext.ClearCookiesOptions().setName("adp"));
    role(AriaRole.BUTTON, "Create provider").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Your session has ended");
    assertThat(role(AriaRole.TEXTBOX, "Display name")).hasValue("Long at it");

    Page signIn = page.waitForPopup(() -> role(AriaRole.LINK, "Sign in").click());
    signIn.waitForURL(Pattern.compile("/sign-in$"));
    Chromium.signIn(signIn, program);
    role(AriaRole.BUTTON, "Create provider").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Look at it and send it again");
    role(AriaRole.BUTTON, "Create provider").click();
    assertThat(role(AriaRole.HEADING, "Long at it")).isVisible();
  }

  private void fillIn(String displayName) {
    page.navigate("/providers/-/new");
    role(AriaRole.TEXTBOX, "Display name").fill(displayName);
    page.getByRole(
            AriaRole.RADIO,
            new Page.GetByRoleOptions().setName(Pattern.compile("^OpenAI-compatible ")))
        .check();
    page.locator("#openai_compatible_base_url").fill(aimock.baseUrl());
  }

  /** The token of the forms that are open belongs to the session before. */
  private void signInAgain() {
    Page other = window.newPage();
    other.navigate("/providers");
    other.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("adp"));
    Chromium.signIn(other, program);
    other.close();
  }

  @Test
  void aFormThatIsWrongIsStillAtItsAddress() {
    page.navigate("/providers/-/new");
    role(AriaRole.TEXTBOX, "Display name").fill("Wrong");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("1 field needs a change");
    assertThat(page).hasURL(Pattern.compile("/providers/-/new$"));
    page.reload();
    assertThat(role(AriaRole.HEADING, "Create LLM provider")).isVisible();
  }

  @Test
  void theWayBackIntoASessionThatIsOverLeadsToSigningIn() {
    create("way-back");
    page.navigate("/providers?name=way-back");
    role(AriaRole.LINK, "way-back").click();
    assertThat(role(AriaRole.HEADING, "way-back")).isVisible();
    window.clearCookies(new BrowserContext.ClearCookiesOptions().setName("adp"));
    page.goBack();
    assertThat(role(AriaRole.HEADING, "Sign in")).isVisible();
  }

  @Test
  void theWayBackToWhatIsDeletedSaysSo() {
    create("going");
    page.navigate("/providers/going");
    role(AriaRole.LINK, "LLM Providers").first().click();
    assertThat(role(AriaRole.HEADING, "LLM Providers")).isVisible();
    assertThat(program.rest().call("DELETE", "/v1/llm-providers/going", "").statusCode())
        .isEqualTo(204);
    page.goBack();
    assertThat(role(AriaRole.HEADING, "Not found")).isVisible();
  }

  @Test
  void escapeLeavesTheDialogAndTheFocusIsWhereItCameFrom() {
    create("escaped");
    page.navigate("/providers/escaped/edit");
    Locator pencil = role(AriaRole.BUTTON, "Override pricing of " + MODEL);
    pencil.press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    page.locator("dialog:modal").waitFor(); // It is open before it is modal.
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(pencil).isFocused();
  }

  /** A conversation is called as its caller wants; what looks like an address is none. */
  @Test
  void whatLooksLikeAPartOfThePageIsCopiedAsItIs() {
    page.navigate("/providers");
    page.evaluate(
        """
        () => {
          const button = document.createElement('button');
          button.dataset.copy = '#main';
          button.textContent = 'Copy it';
          document.getElementById('main').append(button);
        }
        """);
    role(AriaRole.BUTTON, "Copy it").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Copied");
    assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo("#main");
  }

  @Test
  void aNameWithoutSpacesIsNotWiderThanAPhone() {
    String name = "n".repeat(63);
    program
        .rest()
        .post(
            "/v1/llm-providers",
            new JsonObject()
                .put("name", name)
                .put("display_name", "W".repeat(253))
                .put(
                    "openai_config",
                    new JsonObject()
                        .put("base_url", aimock.baseUrl())
                        .put("api_key_ref", World.SECRET)));
    page.setViewportSize(360, 800);
    for (String path :
        List.of(
            "/providers?name=" + name,
            "/providers/" + name,
            "/providers/" + name + "/edit",
            "/providers/" + name + "/connect",
            "/cost?range=7d&tz=UTC&provider=" + name)) {
      page.navigate(path);
      assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
          .as(path)
          .isEqualTo(360);
    }
    page.navigate("/providers?name=" + name);
    assertThat(page.getByRole(AriaRole.BUTTON, named("Copy URL of W"))).isInViewport();
  }

  private void create(String name) {
    var _ = program.rest().createOpenAi(name, aimock.baseUrl(), World.SECRET, MODEL);
  }

  private static Page.GetByRoleOptions named(String start) {
    return new Page.GetByRoleOptions().setName(Pattern.compile("^" + start));
  }

  private Locator role(AriaRole role, String name) {
    return page.getByRole(role, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
