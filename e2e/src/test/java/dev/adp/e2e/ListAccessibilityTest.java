package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.adp.http.ThirdPartyIssuer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No list breaks a rule that axe-core knows: not while it is empty, nor when it is very long. */
@ExtendWith(World.class)
class ListAccessibilityTest {
  private static final List<String> EMPTY =
      List.of(
          "/providers",
          "/secrets",
          "/guardrails",
          "/service-accounts",
          "/transcripts",
          "/transcripts?agent=nobody",
          "/audit-log?actor=nobody",
          "/cost?range=7d&tz=UTC");
  private static final List<String> LONG =
      List.of(
          "/providers",
          "/providers?page=4",
          "/providers?page_size=100",
          "/providers/many",
          "/providers/many?models=3",
          "/providers/many/edit",
          "/secrets",
          "/secrets?page=2",
          "/guardrails",
          "/guardrails/used",
          "/audit-log");
  private static final int PROVIDERS = 60;
  private static final int ROWS = 60;
  private static final int MODELS = 300;

  @SuppressWarnings("NullAway.Init")
  private static ThirdPartyIssuer issuer;

  @SuppressWarnings("NullAway.Init")
  private static Program program;

  private final Chromium chromium;

  ListAccessibilityTest(Chromium chromium) {
    this.chromium = chromium;
  }

  @BeforeAll
  static void start() {
    issuer = new ThirdPartyIssuer("ES256");
    program =
        Program.prepared(
                "up",
                "ADP_OIDC_ISSUER",
                issuer.url(),
                "ADP_OIDC_CLIENT_ID",
                "portal",
                "ADP_OIDC_CLIENT_SECRET",
                "hush",
                "ADP_OIDC_AUDIENCE",
                "adp")
            .start();
    eventually(
        () -> {
          var rest = new Rest(program.portal(), issuer.accessToken());
          assertThat(rest.call("GET", "/v1/llm-providers", "").statusCode()).isEqualTo(200);
        });
    // The only thing that a list has at the first start.
    var answer = program.rest().call("DELETE", "/v1/service-accounts/admin", "");
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  @AfterAll
  static void stop() {
    program.close();
    issuer.close();
  }

  @Test
  void theyAreAccessibleWithNothingAndWithVeryMuch() {
    for (Axe.Theme theme : Axe.Theme.values()) {
      signedIn(
          theme,
          axe -> {
            EMPTY.forEach(path -> assertAccessible(axe, path, !path.startsWith("/cost")));
            axe.page().locator("summary.avatar-btn").click();
            button(axe.page(), "Sign out").click();
            axe.page().getByText("You are signed out").waitFor();
            axe.assertAccessible();
          });
    }
    fill(new Rest(program.portal(), issuer.accessToken()));
    for (Axe.Theme theme : Axe.Theme.values()) {
      signedIn(
          theme,
          axe -> {
            LONG.forEach(path -> assertAccessible(axe, path, false));
            axe.page().navigate("/providers/many/edit");
            button(axe.page(), "Choose with prices").click();
            axe.page().getByLabel("Search models or type an identifier").waitFor();
            axe.assertAccessible();
          });
    }
  }

  private void signedIn(Axe.Theme theme, Consumer<Axe> then) {
    try (BrowserContext window = chromium.window(program, Axe.options())) {
      Page page = window.newPage();
      page.navigate("/providers");
      page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in with localhost"))
          .click();
      page.getByPlaceholder("Enter any user/subject").fill("ada");
      page.getByPlaceholder(Pattern.compile("Optional claims")).fill("{\"roles\": [\"Admin\"]}");
      button(page, "Sign-in").click();
      page.waitForURL(program.portal() + "/providers");
      then.accept(Axe.on(page, theme));
    }
  }

  private static void assertAccessible(Axe axe, String path, boolean empty) {
    axe.page().navigate(path);
    axe.assertAccessible();
    assertThat(axe.page().locator("main > .empty").count()).as(path).isEqualTo(empty ? 1 : 0);
  }

  private static void fill(Rest rest) {
    for (int i = 0; i < ROWS; i++) {
      World.putSecret(rest, "KEY_%02d".formatted(i), "value");
      rest.post("/v1/guardrails", Sweep.guardrail(i == 0 ? "used" : "unused-%02d".formatted(i)));
    }
    for (int i = 0; i < PROVIDERS; i++) {
      String name = "bedrock-%02d".formatted(i);
      var _ = rest.createBedrock(name, "http://127.0.0.1:9", "KEY_00");
      rest.patch("/v1/llm-providers/" + name, new JsonObject().put("guardrail", "used"));
    }
    String[] models =
        IntStream.rangeClosed(1, MODELS)
            .mapToObj("an-upstream-of-many/model-%03d"::formatted)
            .toArray(String[]::new);
    var _ =
        rest.create("many", "openai_compatible_config", "http://127.0.0.1:9/v1", "KEY_00", models);
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }
}
