package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/** Asks axe-core what it holds against the page that a window shows. */
record Axe(Page page, Theme theme, String script) {
  /** How the page looks. */
  enum Theme {
    LIGHT,
    DARK;

    String slug() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of a window: the pages allow no script but their own. */
  static Browser.NewContextOptions options() {
    return new Browser.NewContextOptions().setBypassCSP(true);
  }

  /** Gives the pages of a window that is new and signed in their theme. */
  static Axe on(Page page, Theme theme) {
    if (theme == Theme.DARK) {
      page.waitForResponse(
          "**/theme",
          () ->
              page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Switch theme"))
                  .click());
    }
    try {
      return new Axe(
          page,
          theme,
          Files.readString(Program.ROOT.resolve("e2e/node/node_modules/axe-core/axe.min.js")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void assertAccessible() {
    assertThat(page.evaluate("document.documentElement.dataset.bsTheme")).isEqualTo(theme.slug());
    page.evaluate(script);
    Object violations =
        page.evaluate(
            """
            async () => (await axe.run()).violations.flatMap(
              rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))
            """);
    assertThat(violations).as(page.url()).isEqualTo(List.of());
  }
}
