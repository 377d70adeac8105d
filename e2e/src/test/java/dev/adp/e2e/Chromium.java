package dev.adp.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real browser: the one that {@code CHROMIUM_PATH} names. */
final class Chromium implements AutoCloseable {
  /** For what is done and for what is awaited; the latter has 5 s where nothing else is said. */
  private static final double TIMEOUT_MS = 30_000;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Where the browser is. */
  static String path() {
    String path = System.getenv("CHROMIUM_PATH");
    if (path == null) {
      throw new AssertionError("CHROMIUM_PATH must name a Chromium or Chrome: ./adp test finds it");
    }
    return path;
  }

  static Chromium start() {
    String path = path();
    PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MS);
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(path))
                    .setArgs(
                        List.of(
                            "--no-sandbox", "--disable-gpu", "--disable-background-networking")));
    System.out.printf("Browser tests use %s, version %s%n", path, browser.version());
    return new Chromium(playwright, browser);
  }

  /** A window that shares nothing with others; paths are the portal's. */
  BrowserContext window(Program program, Browser.NewContextOptions options) {
    BrowserContext window = browser.newContext(options.setBaseURL(program.portal().toString()));
    window.setDefaultTimeout(TIMEOUT_MS);
    return window;
  }

  /** Signs the administrator in; the page then shows the providers. */
  static void signIn(Page page, Program program) {
    JsonObject credentials = program.credentials();
    signIn(page, credentials.getString("username"), credentials.getString("password"));
  }

  static void signIn(Page page, String name, String password) {
    page.navigate("/sign-in");
    page.getByLabel("User name").fill(name);
    page.getByLabel("Password").fill(password);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
    page.waitForURL("**/providers");
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
