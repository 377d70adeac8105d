package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitUntilState;
import com.openai.client.OpenAIClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the product is for, from the first sign-in to the bill, in a real browser. */
@ExtendWith(World.class)
class MainJobTest {
  private static final String MODEL = "gpt-5.4-mini";
  private static final String OTHER_MODEL = "gpt-5-nano";

  private final Program program;
  private final Aimock aimock;
  private final Chromium chromium;
  private BrowserContext window;
  private Page page;

  MainJobTest(Program program, Aimock aimock, Chromium chromium) {
    this.program = program;
    this.aimock = aimock;
    this.chromium = chromium;
    window = chromium.window(program, new Browser.NewContextOptions());
    page = window.newPage();
  }

  @AfterEach
  void closeWindow() {
    window.close();
  }

  @Test
  void createsAProviderCallsItSeesTheSpendAndTakesItAway() {
    Chromium.signIn(page, program);
    role(AriaRole.LINK, "Create provider").click();
    role(AriaRole.TEXTBOX, "Display name").fill("Main Job");
    assertThat(role(AriaRole.TEXTBOX, "Resource ID")).hasValue("main-job");
    describeOpenAi("MAIN_JOB_KEY");
    role(AriaRole.CHECKBOX, MODEL).check();
    role(AriaRole.CHECKBOX, OTHER_MODEL).check();
    role(AriaRole.BUTTON, "Create provider").click();

    assertThat(role(AriaRole.HEADING, "Main Job")).isVisible();
    String proxyUrl = program.gateway() + "/llm/v1/providers/main-job";
    assertThat(role(AriaRole.REGION, "Connection")).containsText(proxyUrl);
    OpenAIClient client = Sdk.client(proxyUrl, program.token());
    assertAnswers(client, MODEL);
    assertSpendIsShown();

    role(AriaRole.LINK, "Main Job").click();
    role(AriaRole.BUTTON, "Disable").click();
    assertThat(role(AriaRole.STATUS, "")).containsText("Provider disabled");
    assertRefuses(client, MODEL, "provider_disabled");
    role(AriaRole.BUTTON, "Enable").click();
    assertThat(role(AriaRole.STATUS, "")).containsText("Provider enabled");
    assertAnswers(client, OTHER_MODEL);

    role(AriaRole.LINK, "Edit").click();
    role(AriaRole.CHECKBOX, OTHER_MODEL).uncheck();
    role(AriaRole.BUTTON, "Save provider").click();
    assertThat(role(AriaRole.STATUS, "")).containsText("Provider saved");
    assertRefuses(client, OTHER_MODEL, "model_not_allowed");
    assertAnswers(client, MODEL);

    Locator delete = role(AriaRole.REGION, "Delete this provider");
    delete.getByRole(AriaRole.TEXTBOX).fill("main-job");
    delete.getByRole(AriaRole.BUTTON).click();
    assertThat(role(AriaRole.STATUS, "")).containsText("Provider deleted");
    assertThat(page.getByText("Main Job")).hasCount(0);
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.chat().completions().create(request(MODEL)));
  }

  /** 2,000,000 tokens at 0.75 and 100,000 at 4.50 USD per million: 1.50 + 0.45. */
  private void assertSpendIsShown() {
    eventually(
        () -> {
          page.reload();
          String text = role(AriaRole.REGION, "Last 7 days").innerText();
          assertThat(text).contains("$1.95").contains("2.1M");
        });
    role(AriaRole.NAVIGATION, "Main")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("LLM Providers"))
        .click();
    Locator row =
        page.getByRole(AriaRole.ROW)
            .filter(new Locator.FilterOptions().setHas(role(AriaRole.LINK, "Main Job")));
    assertThat(row).containsText("$1.95");
    assertThat(row).containsText("Active");
  }

  @Test
  void theResourceIdFollowsWhatWasTypedBeforeTheScriptCame() {
    Chromium.signIn(page, program);
    List<Route> held = new ArrayList<>();
    page.route("**/portal*.js*", held::add);
    page.navigate(
        program.portal().resolve("/providers/-/new").toString(),
        new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
    role(AriaRole.TEXTBOX, "Display name").fill("Main Job");
    assertThat(role(AriaRole.TEXTBOX, "Resource ID")).hasValue("");
    page.waitForCondition(() -> !held.isEmpty()); // The page may be there before it is asked for.
    held.forEach(Route::resume);
    assertThat(role(AriaRole.TEXTBOX, "Resource ID")).hasValue("main-job");
    page.unroute("**/portal*.js*");
  }

  @Test
  void worksWithoutJavaScript() {
    window.close();
    window = chromium.window(program, new Browser.NewContextOptions().setJavaScriptEnabled(false));
    page = window.newPage();
    Chromium.signIn(page, program);
    role(AriaRole.LINK, "Create provider").click();
    role(AriaRole.TEXTBOX, "Display name").fill("No Script");
    role(AriaRole.TEXTBOX, "Resource ID").fill("No Script!");
    describeOpenAi("NO_SCRIPT_KEY");
    role(AriaRole.BUTTON, "Create provider").press("Enter");

    // Refused, with everything kept but the value of the secret.
    assertThat(role(AriaRole.ALERT, "")).containsText("Resource ID");
    assertThat(role(AriaRole.TEXTBOX, "Display name")).hasValue("No Script");
    role(AriaRole.TEXTBOX, "Resource ID").fill("no-script");
    secret().getByLabel("Value").fill(Aimock.API_KEY);
    role(AriaRole.BUTTON, "Create provider").press("Enter");

    assertThat(role(AriaRole.HEADING, "No Script")).isVisible();
    assertAnswers(
        Sdk.client(program.gateway() + "/llm/v1/providers/no-script", program.token()), MODEL);
  }

  /** Fills the form's part about the upstream, with a new secret. */
  private void describeOpenAi(String secretName) {
    page.getByRole(
            AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^OpenAI Proxy")))
        .check();
    secret().getByLabel("New").check();
    secret().getByLabel("Secret name").fill(secretName);
    secret().getByLabel("Value").fill(Aimock.API_KEY);
    page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Base URL"))
        .fill(aimock.baseUrl());
  }

  private Locator secret() {
    return page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("API key reference"));
  }

  private Locator role(AriaRole role, String name) {
    var options = new Page.GetByRoleOptions();
    return page.getByRole(role, name.isEmpty() ? options : options.setName(name).setExact(true));
  }

  private static void assertAnswers(OpenAIClient client, String model) {
    assertThat(client.chat().completions().create(request(model)).choices()).hasSize(1);
  }

  private static void assertRefuses(OpenAIClient client, String model, String code) {
    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.chat().completions().create(request(model)))
        .satisfies(e -> assertThat(e.code()).contains(code));
  }

  private static ChatCompletionCreateParams request(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Think long").build();
  }
}
