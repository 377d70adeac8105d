package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People who edit at the same time, with the keyboard alone, without script, or who may not. */
@ExtendWith(World.class)
class EditorJourneysTest {
  private static final String MODEL = "gpt-5.4-mini";
  private static final int TABS_MAX = 120;

  private final Program program;
  private final Aimock aimock;
  private final Chromium chromium;
  private final List<BrowserContext> windows = new ArrayList<>();

  EditorJourneysTest(Program program, Aimock aimock, Chromium chromium) {
    this.program = program;
    this.aimock = aimock;
    this.chromium = chromium;
  }

  @AfterEach
  void closeWindows() {
    windows.forEach(BrowserContext::close);
  }

  @Test
  void theKeyboardAloneCreatesAProvider() {
    Page page = window(true);
    Chromium.signIn(page, program);
    tabTo(page, role(page, AriaRole.LINK, "Create provider"));
    page.keyboard().press("Enter");
    role(page, AriaRole.HEADING, "Create LLM provider").waitFor();

    tabTo(page, role(page, AriaRole.TEXTBOX, "Display name"));
    page.keyboard().type("By Keyboard");
    tabTo(page, radio(page, "^OpenAI Proxy"));
    page.keyboard().press("Space");
    Locator source = group(page, "API key reference").getByRole(AriaRole.RADIO);
    tabTo(page, source.first());
    page.keyboard().press("ArrowRight");
    tabTo(page, group(page, "API key reference").getByLabel("Secret name"));
    page.keyboard().type("KEYBOARD_KEY");
    page.keyboard().press("Tab");
    page.keyboard().type(Aimock.API_KEY);
    tabTo(page, role(page, AriaRole.TEXTBOX, "Base URL Optional"));
    page.keyboard().type(aimock.baseUrl());
    tabTo(page, page.getByLabel("Search models or type an identifier"));
    page.keyboard().type(MODEL);
    page.keyboard().press("Enter");
    role(page, AriaRole.CHECKBOX, MODEL).and(page.locator(":checked")).waitFor();
    tabTo(page, role(page, AriaRole.BUTTON, "Create provider"));
    page.keyboard().press("Enter");

    page.waitForURL("**/providers/by-keyboard");
    JsonObject made = provider("by-keyboard");
    assertThat(made.getString("display_name")).isEqualTo("By Keyboard");
    assertThat(made.getJsonArray("models")).isEqualTo(JsonArray.of(MODEL));
  }

  @Test
  void theKeyboardAloneDisablesEnablesAndDeletesAProvider() {
    create("by-keys");
    Page page = window(true);
    Chromium.signIn(page, program);
    page.navigate("/providers/by-keys");
    tabTo(page, role(page, AriaRole.BUTTON, "Disable"));
    page.keyboard().press("Enter");
    role(page, AriaRole.BUTTON, "Enable").waitFor();
    assertThat(provider("by-keys").getBoolean("enabled")).isFalse();
    tabTo(page, role(page, AriaRole.BUTTON, "Enable"));
    page.keyboard().press("Enter");
    role(page, AriaRole.BUTTON, "Disable").waitFor();
    assertThat(provider("by-keys").getBoolean("enabled")).isTrue();

    tabTo(page, role(page, AriaRole.BUTTON, "Test Connection"));
    Locator delete = role(page, AriaRole.REGION, "Delete this provider");
    tabTo(page, delete.getByRole(AriaRole.TEXTBOX));
    page.keyboard().type("by-keys");
    tabTo(page, delete.getByRole(AriaRole.BUTTON));
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Provider deleted");
    assertThat(program.rest().call("GET", "/v1/llm-providers/by-keys", "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void theSummaryTicksNameAndTypeAndTheFirstWrongFieldHasTheFocus() {
    Page page = window(true);
    Chromium.signIn(page, program);
    page.navigate("/providers/-/new");
    Locator steps =
        page.getByRole(
                AriaRole.COMPLEMENTARY,
                new Page.GetByRoleOptions().setName("Summary").setExact(true))
            .getByRole(AriaRole.LISTITEM);
    Locator name = steps.nth(0);
    Locator type = steps.nth(1);
    assertThat(name).containsText("Enter a display name");
    assertThat(name.locator(".yes")).isHidden();
    role(page, AriaRole.BUTTON, "Create provider").press("Enter"); // Not active yet: it leads on.
    assertThat(role(page, AriaRole.TEXTBOX, "Display name")).isFocused();

    page.keyboard().type("In Summary");
    assertThat(name.locator(".yes")).isVisible();
    assertThat(name).containsText("Name");
    assertThat(name).containsText("in-summary");
    assertThat(type).containsText("Choose a provider type");
    assertThat(type.locator(".yes")).isHidden();
    role(page, AriaRole.BUTTON, "Create provider").press("Enter");
    assertThat(radio(page, "^OpenAI Proxy")).isFocused();
    radio(page, "^OpenAI Proxy").check();
    assertThat(type.locator(".yes")).isVisible();
    assertThat(type).containsText("OpenAI");

    role(page, AriaRole.TEXTBOX, "Resource ID").fill("In Summary!");
    role(page, AriaRole.BUTTON, "Create provider").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("2 fields need a change");
    assertThat(role(page, AriaRole.TEXTBOX, "Resource ID")).isFocused();
    assertThat(name.locator(".err")).isVisible();
    assertThat(name.locator(".yes")).isHidden();
    page.keyboard().press("ControlOrMeta+A");
    page.keyboard().type("in-summary");
    assertThat(name.locator(".yes")).isVisible();
  }

  /** Which is text, or a part of a table and text. */
  @Test
  void theSummaryCountsTheModelsAndOverridesOfALongList() {
    List<String> models =
        IntStream.range(0, 120).mapToObj("many-models-upstream/model-%03d"::formatted).toList();
    var priced = new JsonArray();
    for (String model : models) {
      var entry = new JsonObject().put("name", model);
      if (model.endsWith("7")) {
        entry.put("custom_pricing", new JsonObject().put("input_per_million", "180000000"));
      }
      priced.add(entry);
    }
    var _ = program.rest().createOpenAi("counted", aimock.baseUrl(), World.SECRET);
    program
        .rest()
        .patch("/v1/llm-providers/counted", new JsonObject().put("provider_models", priced));
    Page page = editing("counted");
    Locator count = page.locator("[data-fact=models]");
    Locator overrides = page.locator("[data-fact=overrides]");
    assertThat(count).hasText("120 selected");
    assertThat(overrides).hasText("12 models");
    page.getByLabel("Model identifiers, one a line")
        .fill(String.join("\n", models.subList(0, 110)));
    assertThat(count).hasText("110 selected");
    assertThat(overrides).hasText("11 models");

    role(page, AriaRole.BUTTON, "Choose with prices").click();
    assertThat(page.getByRole(AriaRole.NAVIGATION, named("Pages of models"))).isVisible();
    assertThat(count).hasText("110 selected");
    assertThat(overrides).hasText("11 models");
    role(page, AriaRole.CHECKBOX, models.get(7)).uncheck();
    assertThat(count).hasText("109 selected");
    assertThat(overrides).hasText("10 models");
  }

  @Test
  void theProxyUrlOfARowIsCopied() {
    create("copied");
    BrowserContext window =
        chromium.window(
            program,
            new Browser.NewContextOptions()
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    windows.add(window);
    Page page = window.newPage();
    Chromium.signIn(page, program);
    page.navigate("/providers?name=copied");
    role(page, AriaRole.BUTTON, "Copy URL of copied").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Copied");
    assertThat(page.evaluate("() => navigator.clipboard.readText()"))
        .isEqualTo(program.gateway() + "/llm/v1/providers/copied");
  }

  @Test
  void theSecondOfTwoEditorsIsWarnedAndLosesNothing() {
    create("two-editors");
    Page first = editing("two-editors");
    Page second = editing("two-editors");
    role(first, AriaRole.TEXTBOX, "Display name").fill("First");
    role(first, AriaRole.BUTTON, "Save provider").click();
    first.waitForURL("**/providers/two-editors");

    role(second, AriaRole.TEXTBOX, "Display name").fill("Second");
    role(second, AriaRole.CHECKBOX, MODEL).check();
    role(second, AriaRole.BUTTON, "Save provider").click();
    assertThat(second.getByRole(AriaRole.ALERT))
        .containsText("Someone else has saved this provider since you opened this page");
    assertThat(role(second, AriaRole.TEXTBOX, "Display name")).hasValue("Second");
    assertThat(role(second, AriaRole.CHECKBOX, MODEL)).isChecked();
    assertThat(provider("two-editors").getString("display_name")).isEqualTo("First");
    Page saved =
        second.waitForPopup(() -> role(second, AriaRole.LINK, "Open the saved version").click());
    assertThat(role(saved, AriaRole.TEXTBOX, "Display name")).hasValue("First");

    role(second, AriaRole.BUTTON, "Save provider").click();
    assertThat(second.getByRole(AriaRole.STATUS)).containsText("Provider saved");
    assertThat(provider("two-editors").getString("display_name")).isEqualTo("Second");
  }

  @Test
  void aReaderSeesNoButtonsAndIsRefused() {
    create("read-only");
    String password =
        program
            .rest()
            .post(
                "/v1/users",
                new JsonObject()
                    .put("name", "rita")
                    .put("email", "rita@example.com")
                    .put("role", "Reader"))
            .getString("password");
    Page page = window(true);
    Chromium.signIn(page, "rita", password);
    assertThat(role(page, AriaRole.LINK, "Create provider")).hasCount(0);
    page.navigate("/providers/read-only");
    assertThat(role(page, AriaRole.HEADING, "read-only")).isVisible();
    for (String name : List.of("Edit", "Disable", "Test Connection", "Delete")) {
      assertThat(page.getByText(name, new Page.GetByTextOptions().setExact(true))).hasCount(0);
    }
    for (String path : List.of("/providers/-/new", "/providers/read-only/edit", "/users")) {
      Response answer = Objects.requireNonNull(page.navigate(path));
      assertThat(answer.status()).as(path).isEqualTo(403);
      assertThat(page.getByRole(AriaRole.MAIN)).containsText("lacks permission dataplane_adp_");
    }
  }

  @Test
  void withoutScriptAProviderIsEdited() {
    create("edited-plainly");
    Page page = window(false);
    Chromium.signIn(page, program);
    page.navigate("/providers/edited-plainly/edit");
    role(page, AriaRole.TEXTBOX, "Display name").fill("Edited plainly");
    page.getByLabel("Search models or type an identifier").fill("my-own-model");
    role(page, AriaRole.BUTTON, "Add")
        .press("Enter"); // Without script nothing says when a button is stable.
    // Each page looks like the one before it: what only the next one has says that it is there.
    assertThat(role(page, AriaRole.CHECKBOX, "my-own-model")).isChecked();
    assertThat(role(page, AriaRole.TEXTBOX, "Display name")).hasValue("Edited plainly");
    role(page, AriaRole.CHECKBOX, MODEL).press("Space");
    role(page, AriaRole.BUTTON, "Override pricing of my-own-model").press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Input", new Locator.GetByLabelOptions().setExact(true)).fill("7");
    role(page, AriaRole.BUTTON, "Save pricing").press("Enter");
    assertThat(dialog).hasCount(0);
    role(page, AriaRole.BUTTON, "Save provider").press("Enter");

    page.waitForURL("**/providers/edited-plainly");
    assertThat(page.getByRole(AriaRole.MAIN)).containsText("$7.00");
    JsonObject saved = provider("edited-plainly");
    assertThat(saved.getString("display_name")).isEqualTo("Edited plainly");
    assertThat(saved.getJsonArray("models")).isEqualTo(JsonArray.of("my-own-model", MODEL));
  }

  private Page window(boolean script) {
    BrowserContext window =
        chromium.window(program, new Browser.NewContextOptions().setJavaScriptEnabled(script));
    windows.add(window);
    return window.newPage();
  }

  private Page editing(String provider) {
    Page page = window(true);
    Chromium.signIn(page, program);
    page.navigate("/providers/" + provider + "/edit");
    return page;
  }

  private void create(String name) {
    var _ = program.rest().createOpenAi(name, aimock.baseUrl(), World.SECRET);
  }

  private JsonObject provider(String name) {
    return program.rest().get("/v1/llm-providers/" + name);
  }

  /** Presses Tab until the focus is there, as somebody does who has no mouse. */
  private static void tabTo(Page page, Locator wanted) {
    for (int i = 0; i < TABS_MAX; i++) {
      page.keyboard().press("Tab");
      if (Boolean.TRUE.equals(wanted.evaluate("element => element === document.activeElement"))) {
        return;
      }
    }
    throw new AssertionError("the keyboard does not reach " + wanted);
  }

  private static Locator group(Page page, String name) {
    return page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName(name));
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private static Locator radio(Page page, String name) {
    return page.getByRole(
        AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile(name)));
  }

  private static Locator role(Page page, AriaRole role, String name) {
    return page.getByRole(role, named(name));
  }
}
