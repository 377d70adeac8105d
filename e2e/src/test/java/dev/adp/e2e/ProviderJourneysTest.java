package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each provider type in a real browser: created, tested, called, priced anew, seen on the list,
 * disabled, enabled and deleted.
 */
@ExtendWith(World.class)
class ProviderJourneysTest {
  private static final String ANSWER = "Hello from the upstream";

  @SuppressWarnings("NullAway.Init")
  private static Aimock upstream;

  @TempDir Path folder = Path.of("");

  private final Program program;
  private final BrowserContext window;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  ProviderJourneysTest(Program program, Chromium chromium) {
    this.program = program;
    window = chromium.window(program, new Browser.NewContextOptions());
    page = window.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
  }

  @BeforeAll
  static void start() {
    upstream = Aimock.startOpen();
  }

  @AfterAll
  static void stop() {
    upstream.close();
  }

  @AfterEach
  void closeWindow() {
    window.close();
  }

  /**
   * A type as people meet it.
   *
   * @see #spend
   */
  enum Type {
    OPENAI("^OpenAI Proxy", "/v1", "gpt-5.4-mini", "$1.21"),
    ANTHROPIC("^Anthropic ", "", "claude-haiku-4-5", "$1.21"),
    GOOGLE("^Google AI ", "", "gemini-2.5-flash", "$1.20"),
    BEDROCK("^AWS Bedrock ", "", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "$1.21"),
    OPENAI_COMPATIBLE("^OpenAI-compatible ", "/v1", "qwen3:8b", "$3.60");

    private final Pattern card;
    private final String basePath;
    private final String model;

    /**
     * Of two calls at the catalogue's rates, the test of the connection and the first example, and
     * one with the input at USD 1,000 per million; each has 1,200 tokens and answers with 345.
     * Where the catalogue has no rates, all three get those of the override.
     */
    private final String spend;

    Type(String card, String basePath, String model, String spend) {
      this.card = Pattern.compile(card);
      this.basePath = basePath;
      this.model = model;
      this.spend = spend;
    }

    String slug() {
      return name().toLowerCase(Locale.ROOT);
    }

    String provider() {
      return "journey-" + slug().replace('_', '-');
    }
  }

  @ParameterizedTest
  @EnumSource
  void fromTheFormToTheBillAndAway(Type type) {
    Chromium.signIn(page, program);
    create(type);
    assertThat(region("Connection"))
        .containsText(program.gateway() + "/llm/v1/providers/" + type.provider());

    region("Verify connection").getByText("Not tested yet").waitFor();
    button("Test Connection").click();
    region("Verify connection").getByText("Connected.").waitFor();

    assertServed(type);
    assertRecorded(type, 2);
    overrideInputPrice(type);
    assertServed(type);
    eventually(
        () -> {
          page.navigate("/providers?name=" + type.provider());
          assertThat(page.getByRole(AriaRole.ROW).last().innerText())
              .contains(type.spend, type.provider(), "Active");
        });
    page.navigate("/providers/" + type.provider());
    assertThat(region("Models")).containsText("Override");
    takeAway(type);
    assertThat(complaints).isEmpty();
  }

  private void takeAway(Type type) {
    String example = example(type);
    page.navigate("/providers/" + type.provider());
    button("Disable").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Provider disabled");
    assertThat(answer(type, example)).contains("disabled").doesNotContain(ANSWER);
    button("Enable").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Provider enabled");
    assertThat(answer(type, example)).contains(ANSWER);

    region("Delete this provider").getByRole(AriaRole.TEXTBOX).fill(type.provider());
    region("Delete this provider").getByRole(AriaRole.BUTTON).click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Provider deleted");
    assertThat(answer(type, example)).contains("not found").doesNotContain(ANSWER);
    page.navigate("/providers?name=" + type.provider());
    assertThat(page.getByRole(AriaRole.ROW)).hasCount(0);
  }

  private void create(Type type) {
    page.navigate("/providers/-/new");
    assertThat(button("Create provider")).hasAttribute("aria-disabled", "true");
    page.getByLabel("Display name").fill(type.provider().replace('-', ' '));
    assertThat(button("Create provider")).hasAttribute("aria-disabled", "true");
    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(type.card)).check();
    assertThat(button("Create provider")).hasAttribute("aria-disabled", "false");
    page.locator("#" + type.slug() + "_base_url").fill(upstream.url() + type.basePath);
    switch (type) {
      case BEDROCK -> {
        page.getByLabel("Region", new Page.GetByLabelOptions().setExact(true)).fill("us-east-1");
        group("Credential type").getByText("Static keys").click();
        newSecret("Access key ID reference", "JOURNEY_AWS_ID");
        newSecret("Secret access key reference", "JOURNEY_AWS_SECRET");
      }
      case OPENAI, ANTHROPIC, GOOGLE, OPENAI_COMPATIBLE ->
          newSecret("API key reference", "JOURNEY_" + type.name());
    }
    Locator models = page.locator("#" + type.slug() + "_models");
    if (type == Type.OPENAI_COMPATIBLE) {
      models.getByLabel("Search models or type an identifier").fill(type.model);
      models
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add").setExact(true))
          .click();
      assertThat(models).containsText("1 selected");
    } else {
      models
          .getByRole(
              AriaRole.CHECKBOX, new Locator.GetByRoleOptions().setName(type.model).setExact(true))
          .check();
    }
    button("Create provider").click();
    page.waitForURL("**/providers/" + type.provider());
  }

  private void newSecret(String field, String name) {
    Locator secret = group(field);
    secret.getByText("New", new Locator.GetByTextOptions().setExact(true)).click();
    secret.getByLabel("Secret name").fill(name);
    secret.getByLabel("Value").fill("value-of-" + name);
  }

  private void overrideInputPrice(Type type) {
    page.navigate("/providers/" + type.provider() + "/edit");
    button("Override pricing of " + type.model).click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Input", new Locator.GetByLabelOptions().setExact(true)).fill("1000");
    dialog.getByLabel("Input", new Locator.GetByLabelOptions().setExact(true)).press("Enter");
    dialog.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    button("Save provider").click();
    page.waitForURL("**/providers/" + type.provider());
  }

  private void assertServed(Type type) {
    assertThat(answer(type, example(type))).contains(ANSWER);
  }

  private void assertRecorded(Type type, int calls) {
    eventually(
        () -> {
          page.navigate("/cost?range=24h&tz=UTC&provider=" + type.provider());
          assertThat(page.locator("#requests-total[title='%d']".formatted(calls)).count()).isOne();
        });
  }

  /** What the Connect tab shows to be run. */
  private String example(Type type) {
    page.navigate("/providers/%s/connect?language=curl&response=whole".formatted(type.provider()));
    String example = Objects.requireNonNull(page.locator("#snippet").textContent());
    assertThat(example).contains(program.gateway() + "/llm/v1/providers/" + type.provider());
    return example;
  }

  /** Runs an example as it is shown. */
  private String answer(Type type, String example) {
    var scripts = new Scripts(folder, Map.of("GATEWAY_TOKEN", program.token()));
    Path script = scripts.write(type.provider() + ".sh", example);
    return scripts.run(List.of("sh", script.toString()));
  }

  private Locator region(String name) {
    return page.getByRole(
        AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator group(String name) {
    return page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName(name));
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
