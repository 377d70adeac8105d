package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every page as people see it, by day, by night and on a phone. The pictures are in {@code
 * e2e/target/screenshots}; {@code -Dadp.screenshots.docs=true} also writes those that the
 * documentation shows.
 */
@ExtendWith(World.class)
class ScreenshotsTest {
  private static final Path PICTURES = Program.ROOT.resolve("e2e/target/screenshots");
  private static final Path DOCS = Program.ROOT.resolve("docs/screenshots");
  private static final int PHONE_PX = 360;
  private static final int HEIGHT_PX_MAX = 4_000;

  /** What the documentation shows by day, by night and on a phone: every page. */
  private static final Set<String> SHOWN =
      Set.of(
          "sign-in",
          "providers",
          "provider-create",
          "provider",
          "provider-edit",
          "connect",
          "cost",
          "transcripts",
          "transcript",
          "secrets",
          "secret-create",
          "guardrails",
          "guardrail",
          "guardrail-create",
          "service-accounts",
          "service-account",
          "service-account-create",
          "users",
          "user-create",
          "audit-log",
          "catalog",
          "password",
          "api");

  /** What it shows by day alone: moments of pages. */
  private static final Set<String> SHOWN_BY_DAY =
      Set.of("providers-empty", "bedrock-refused", "pricing", "verify-failed", "credential");

  private static @Nullable Showcase showcase;

  /** How one looks at a page. */
  enum Look {
    LIGHT(1280, 800),
    DARK(1280, 800),
    PHONE(PHONE_PX, 780);

    private final int width;
    private final int height;

    Look(int width, int height) {
      this.width = width;
      this.height = height;
    }

    String suffix() {
      return "-" + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A page to look at.
   *
   * @param act what one does there first
   */
  record Sight(String name, String path, Consumer<Page> act) {
    static Sight of(String name, String path) {
      return new Sight(name, path, _ -> {});
    }
  }

  static final List<Sight> EMPTY =
      List.of(
          Sight.of("providers-empty", "/providers"),
          Sight.of("secrets-empty", "/secrets"),
          Sight.of("guardrails-empty", "/guardrails"));

  static final List<Sight> SIGHTS =
      List.of(
          Sight.of("providers", "/providers"),
          Sight.of("providers-filtered", "/providers?type=anthropic&status=active&name=e"),
          Sight.of("providers-none", "/providers?type=google&name=nothing-is-called-so"),
          new Sight("filter", "/providers", page -> page.getByText("Filter").first().click()),
          Sight.of("provider-create-blank", "/providers/-/new"),
          new Sight("provider-create", "/providers/-/new", ScreenshotsTest::describeOpenAi),
          new Sight("pricing", "/providers/-/new", ScreenshotsTest::overridePrices),
          new Sight("bedrock-refused", "/providers/-/new", ScreenshotsTest::sendBedrockInvalid),
          new Sight("bedrock-policy", "/providers/-/new", ScreenshotsTest::showPolicy),
          Sight.of("provider", "/providers/anthropic-engineering"),
          new Sight(
              "daily",
              "/providers/anthropic-engineering",
              page -> page.getByText("View more").first().click()),
          Sight.of("provider-bedrock", "/providers/bedrock-eu"),
          Sight.of("provider-unpriced", "/providers/vllm-llama"),
          Sight.of("provider-disabled", "/providers/openrouter-trial"),
          new Sight("verify-passed", "/providers/openai-evaluations", ScreenshotsTest::verify),
          new Sight("verify-failed", "/providers/legal-review", ScreenshotsTest::verify),
          Sight.of("provider-edit", "/providers/bedrock-eu/edit"),
          Sight.of("connect", "/providers/anthropic-engineering/connect"),
          Sight.of("connect-openai", "/providers/openai-evaluations/connect"),
          Sight.of("connect-bedrock", "/providers/bedrock-eu/connect"),
          Sight.of("connect-compatible", "/providers/vllm-llama/connect"),
          Sight.of("secrets", "/secrets"),
          Sight.of("secret-create", "/secrets/-/new"),
          Sight.of("secret-rotate", "/secrets/OPENAI_API_KEY/rotate"),
          Sight.of("secret-delete", "/secrets/OPENAI_API_KEY_OF_2025/delete"),
          Sight.of("guardrails", "/guardrails"),
          Sight.of("guardrail", "/guardrails/pii-eu"),
          Sight.of("guardrail-create", "/guardrails/-/new"),
          Sight.of("guardrail-edit", "/guardrails/pii-eu/edit"),
          Sight.of("service-accounts", "/service-accounts"),
          Sight.of("service-account", "/service-accounts/support-bot"),
          Sight.of("service-account-edit", "/service-accounts/support-bot/edit"),
          new Sight(
              "credential",
              "/service-accounts/support-bot",
              page -> {
                press(page, AriaRole.BUTTON, "Add credential");
                page.getByText("Client secret").waitFor();
              }),
          Sight.of("service-account-create", "/service-accounts/-/new"),
          Sight.of("users", "/users"),
          Sight.of("user-create", "/users/-/new"),
          Sight.of("user-edit", "/users/maya/edit"),
          new Sight("cost", "/cost?range=7d&tz=UTC", ScreenshotsTest::drawn),
          new Sight(
              "cost-by-model", "/cost?range=14d&tz=UTC&group_by=model", ScreenshotsTest::drawn),
          new Sight(
              "cost-filtered",
              "/cost?range=7d&tz=UTC&provider=bedrock-eu&cost_type=input&cost_type=output&values=spend",
              ScreenshotsTest::drawn),
          new Sight(
              "cost-range",
              "/cost?range=7d&tz=UTC",
              page -> page.locator("summary").getByText("Last 7 days").click()),
          Sight.of("transcripts", "/transcripts"),
          Sight.of("transcripts-filtered", "/transcripts?agent=support-bot&status=ok"),
          new Sight(
              "transcript",
              "/transcripts/c_8f21d0c4",
              page -> page.getByText("lookup_account").first().click()),
          Sight.of("audit-log", "/audit-log"),
          new Sight(
              "audit-change",
              "/audit-log?action=llmprovider_update",
              page -> page.getByText("Show change").first().click()),
          Sight.of("catalog", "/catalog"),
          Sight.of("password", "/account/password"),
          new Sight("menu", "/secrets", page -> page.locator(".avatar-btn").click()),
          new Sight("navigation", "/secrets", ScreenshotsTest::openNavigation),
          Sight.of("api", "/docs/api"),
          Sight.of("not-found", "/no-such-page"));

  @BeforeAll
  static void start(Chromium chromium) {
    Showcase started = Showcase.start();
    showcase = started;
    for (Look look : Look.values()) {
      assertThat(look(chromium, started.program(), look, EMPTY)).isEmpty();
    }
    started.fill();
  }

  @AfterAll
  static void stop() {
    if (showcase != null) {
      showcase.close();
    }
  }

  private final Chromium chromium;

  ScreenshotsTest(Chromium chromium) {
    this.chromium = chromium;
  }

  @ParameterizedTest
  @EnumSource
  void noPageComplainsOrIsWiderThanTheScreen(Look look) {
    Program program = Objects.requireNonNull(showcase).program();
    assertThat(look(chromium, program, look, SIGHTS)).isEmpty();
  }

  /** Photographs pages, and tells what is wrong with them. */
  static List<String> look(Chromium chromium, Program program, Look look, List<Sight> sights) {
    var complaints = new ArrayList<String>();
    var options = new Browser.NewContextOptions().setViewportSize(look.width, look.height);
    try (BrowserContext window = chromium.window(program, options)) {
      if (look == Look.DARK) {
        window.addCookies(
            List.of(new Cookie("adp-theme", "dark").setUrl(program.portal().toString())));
      }
      Page page = window.newPage();
      page.onPageError(error -> complaints.add(page.url() + ": " + error));
      page.onConsoleMessage(message -> note(complaints, page, message));
      page.navigate("/sign-in");
      photograph(page, look, "sign-in", complaints);
      Chromium.signIn(page, program);
      for (Sight sight : sights) {
        page.navigate(sight.path());
        sight.act().accept(page);
        photograph(page, look, sight.name(), complaints);
      }
    }
    return complaints;
  }

  /** Browsers also report what a page of ours answers to a wrong address or form. */
  private static void note(List<String> complaints, Page page, ConsoleMessage message) {
    boolean ofTheAnswer =
        message.text().contains(" status of 422 ")
            || (message.text().contains(" status of 404 ")
                && message.location().startsWith(page.url()));
    if (Set.of("error", "warning").contains(message.type()) && !ofTheAnswer) {
      complaints.add(page.url() + ": " + message.text());
    }
  }

  private static void photograph(Page page, Look look, String sight, List<String> complaints) {
    String name = sight + look.suffix();
    page.mouse().move(0, 0);
    int tooWide = number(page, "document.documentElement.scrollWidth - window.innerWidth");
    if (tooWide > 0) {
      complaints.add("%s is %d px too wide".formatted(name, tooWide));
    }
    boolean shown = SHOWN.contains(sight) || (look == Look.LIGHT && SHOWN_BY_DAY.contains(sight));
    if (shown && Boolean.getBoolean("adp.screenshots.docs")) {
      page.screenshot(new Page.ScreenshotOptions().setPath(DOCS.resolve(name + ".png")));
    }
    // A window as high as the page: a picture of more than the window shows fixed parts twice.
    int height = number(page, "document.documentElement.scrollHeight");
    page.setViewportSize(look.width, Math.clamp(height, look.height, HEIGHT_PX_MAX));
    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    page.setViewportSize(look.width, look.height);
  }

  private static int number(Page page, String script) {
    return ((Number) page.evaluate(script)).intValue();
  }

  private static void describeOpenAi(Page page) {
    page.getByLabel("Display name").fill("OpenAI research");
    choose(page, "^OpenAI Proxy");
    page.locator("#openai_api_key_ref").fill("OPENAI_API_KEY");
    for (String model : List.of("gpt-6-sol", "gpt-6-luna", "gpt-5.4-mini")) {
      page.getByRole(AriaRole.CHECKBOX, new Page.GetByRoleOptions().setName(model).setExact(true))
          .check();
    }
    page.evaluate(
        "document.activeElement.blur(); document.querySelector('.scroll').scrollTo(0, 0)");
    page.evaluate("scrollTo(0, 0)");
  }

  private static void overridePrices(Page page) {
    describeOpenAi(page);
    press(page, AriaRole.BUTTON, "Override pricing of gpt-6-sol");
    var dialog = page.getByRole(AriaRole.DIALOG);
    dialog.locator("input.num").nth(0).fill("1.60");
    dialog.locator("input.num").nth(2).fill("0");
    press(page, AriaRole.BUTTON, "Save pricing");
    dialog.waitFor(hidden());
    press(page, AriaRole.BUTTON, "Override pricing of gpt-6-sol");
    dialog.waitFor();
  }

  private static Locator.WaitForOptions hidden() {
    return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
  }

  private static void sendBedrockInvalid(Page page) {
    page.getByLabel("Display name").fill("Bedrock Oslo");
    choose(page, "^AWS");
    page.getByText("US regions").waitFor();
    page.getByLabel("Region", new Page.GetByLabelOptions().setExact(true)).fill("Oslo");
    page.getByText("Static keys").click();
    page.locator("#bedrock_access_key_id_ref").fill("AWS_ACCESS_KEY");
    press(page, AriaRole.BUTTON, "Create provider");
    page.getByRole(AriaRole.ALERT).waitFor();
  }

  private static void showPolicy(Page page) {
    choose(page, "^AWS");
    page.getByText("Show IAM policy").click();
    page.locator("#policy").waitFor();
  }

  private static void drawn(Page page) {
    page.locator("[data-chart=tokens] svg").waitFor();
  }

  private static void choose(Page page, String card) {
    page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile(card)))
        .check();
    page.waitForLoadState(LoadState.NETWORKIDLE);
  }

  private static void verify(Page page) {
    press(page, AriaRole.BUTTON, "Test Connection");
    page.locator("#verify .note").waitFor();
  }

  /** Below its width the sidebar hides behind a button. */
  private static void openNavigation(Page page) {
    var button = page.getByLabel("Open navigation");
    if (button.isVisible()) {
      button.click();
    }
  }

  private static void press(Page page, AriaRole role, String name) {
    page.getByRole(role, new Page.GetByRoleOptions().setName(name).setExact(true)).click();
  }
}
