package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.adp.demo.EchoModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Text that wants to be a script: stored in everything that takes free text, typed into every field
 * of every form, and then looked at on every page. It stays text, and the browser has nothing to
 * say about it.
 */
@ExtendWith(World.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTextTest {
  /** Leaves attributes, elements, comments, scripts and expressions of the templates. */
  private static final String HOSTILE =
      "'\"></title></textarea></script>--><img src=/x onerror=pwned=1><svg onload=pwned=1>"
          + "<script>pwned=1</script><a href=javascript:pwned=1 class=pwned>__${7*7}__[[${7*7}]]";

  private static final Set<String> SERIOUS = Set.of("error", "warning");

  private static final String TRACES =
      """
      () => [
        ...document.querySelectorAll('.pwned, img, [onerror], [onload], [href^="javascript:"]'),
        ...(window.pwned === undefined ? [] : ['a script ran']),
        ...(document.body.innerText.match(/49\\[\\[|\\[\\[49/) ? ['an expression ran'] : []),
      ].map(trace => trace.outerHTML ?? trace)
      """;

  private static final String FIELDS =
      """
      index => document.querySelectorAll('main form')[index].querySelectorAll(
        'input:not([type=hidden], [type=radio], [type=checkbox], [type=date], [type=datetime-local]), textarea').length
      """;

  private static final String SEND =
      """
      ([index, choices, text]) => {
        const form = document.querySelectorAll('main form')[index];
        for (const choice of choices) {
          for (const box of form.querySelectorAll(choice)) box.checked = true;
        }
        const kinds = 'input:not([type=hidden], [type=radio], [type=checkbox], [type=date], [type=datetime-local]), textarea';
        for (const field of form.querySelectorAll(kinds)) field.value = text;
        for (const field of form.querySelectorAll('select')) field.add(new Option(text, text, true, true));
        window.sent = true;
        HTMLFormElement.prototype.submit.call(form);
      }
      """;

  /** What must be ticked for fields to count, beside nothing. */
  private static final List<List<String>> CHOICES =
      List.of(
          List.of(),
          List.of("[value=openai]", "[value=new]"),
          List.of("[value=anthropic]", "[value=existing]"),
          List.of("[value=google]", "[value=new]"),
          List.of("[value=bedrock]", "[value=static_keys]", "[value=new]"),
          List.of("[value=bedrock]", "[value=assume_role]"),
          List.of("[value=openai_compatible]", "[value=existing]"));

  private final Program program;
  private final BrowserContext window;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  HostileTextTest(Program program, Chromium chromium) {
    this.program = program;
    window = chromium.window(program, new Browser.NewContextOptions());
    page = window.newPage();
    page.onPageError(error -> complaints.add(page.url() + ": " + error));
    page.onDialog(dialog -> complaints.add(page.url() + " opens a dialog: " + dialog.message()));
    page.onConsoleMessage(
        message -> {
          // The browser also reports what the server answers to a wrong form or address.
          boolean ofTheAnswer =
              message.text().matches("Failed to load resource:.* status of 4\\d\\d .*")
                  && !message.location().contains("/assets/");
          if (SERIOUS.contains(message.type()) && !ofTheAnswer) {
            complaints.add(page.url() + ": " + message.text());
          }
        });
  }

  @BeforeAll
  void store() {
    Rest rest = program.rest();
    var models = new JsonArray().add(HOSTILE).add("b" + HOSTILE).add("c" + HOSTILE);
    World.putSecret(rest, "HOSTILE_KEY", HOSTILE);
    var key = new JsonObject().put("api_key_ref", "HOSTILE_KEY");
    for (String type : List.of("openai", "anthropic", "google")) {
      provider(rest, type, key.copy(), models);
    }
    provider(
        rest, "openai_compatible", key.copy().put("base_url", "http://127.0.0.1:9/v1"), models);
    provider(
        rest,
        "bedrock",
        new JsonObject()
            .put("region", "us-east-1")
            .put(
                "assume_role",
                new JsonObject()
                    .put("role_arn", "arn:aws:iam::123456789012:role/x")
                    .put("external_id", "xy")),
        models);
    rest.post(
        "/v1/guardrails",
        new JsonObject()
            .put("name", "hostile")
            .put("display_name", HOSTILE)
            .put("description", HOSTILE)
            .put(
                "bedrock_config",
                new JsonObject()
                    .put("region", "us-east-1")
                    .put("guardrail_identifier", "gr1")
                    .put("guardrail_version", "1")));
    rest.post(
        "/v1/service-accounts",
        new JsonObject().put("name", "hostile").put("display_name", HOSTILE).put("role", "Reader"));
    rest.post(
        "/v1/users",
        new JsonObject()
            .put("name", "hostile")
            .put("email", "<img/src=x/onerror=pwned=1>@example.com")
            .put("role", "Reader"));
    converse(rest);
    Chromium.signIn(page, program);
  }

  /** The demo's provider records what is said, and its model says it again. */
  private void converse(Rest rest) {
    var body =
        new JsonObject()
            .put("model", EchoModel.MODEL)
            .put(
                "messages",
                new JsonArray().add(new JsonObject().put("role", "user").put("content", HOSTILE)));
    Rest.ok(
        Rest.send(
            HttpRequest.newBuilder(
                    program.gateway().resolve("/llm/v1/providers/demo/chat/completions"))
                .header("authorization", "Bearer " + rest.token())
                .header("x-redpanda-genai-conversation", HOSTILE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build()));
    String found = "/v1/transcripts?q=" + URLEncoder.encode(HOSTILE, UTF_8);
    Eventually.eventually(
        () -> assertThat(rest.get(found).getJsonArray("transcripts")).isNotEmpty());
  }

  private static void provider(Rest rest, String type, JsonObject config, JsonArray models) {
    rest.post(
        "/v1/llm-providers",
        new JsonObject()
            .put("name", "hostile-" + type.replace('_', '-'))
            .put("display_name", HOSTILE)
            .put("description", HOSTILE)
            .put(type + "_config", config)
            .put("models", models));
  }

  @AfterAll
  void close() {
    window.close();
  }

  /** Pages come from the table of routes, so that none that is new can be forgotten. */
  private static Set<String> pages() {
    Stream<String> listed =
        RoleSweepTest.policy()
            .filter(row -> row.plane().equals("portal") && row.method().equals("GET"))
            .filter(row -> !row.isLeadingOn())
            .map(RoleSweepTest.Row::path)
            .filter(path -> !path.contains("oidc") && !path.equals("/assets/"))
            .filter(path -> !path.endsWith(".csv")) // A file, which no browser shows.
            .filter(path -> !path.endsWith(":side")) // Plain text.
            .flatMap(HostileTextTest::filled);
    var pages = new LinkedHashSet<>(listed.toList());
    for (String parameter :
        List.of(
            "/providers?name=",
            "/audit-log?actor=",
            "/audit-log?from=",
            "/transcripts?q=",
            "/transcripts?agent=",
            "/cost?tz=UTC&range=",
            "/cost?tz=UTC&model=")) {
      pages.add(parameter + URLEncoder.encode(HOSTILE, UTF_8));
    }
    return pages;
  }

  private static Stream<String> filled(String path) {
    if (path.startsWith("/providers/:name")) {
      return Stream.of("openai", "anthropic", "google", "bedrock", "openai-compatible")
          .map(type -> path.replace(":name", "hostile-" + type));
    }
    if (path.equals("/transcripts/:id")) {
      return Stream.of(path.replace(":id", URLEncoder.encode(HOSTILE, UTF_8).replace("+", "%20")));
    }
    return Stream.of(
        path.replace(":name", path.startsWith("/secrets/") ? "HOSTILE_KEY" : "hostile")
            .replace("*", "/no-such-page"));
  }

  @Test
  void whatIsStoredIsInertOnEveryPage() {
    var pages = new LinkedHashSet<>(pages());
    assertThat(pages).hasSizeGreaterThan(40);
    for (String path : pages.stream().filter(path -> path.endsWith("/connect")).toList()) {
      page.navigate(path);
      Object tabs =
          page.evaluate(
              "() => [...document.querySelectorAll('.seg a')].map(tab => tab.getAttribute('href'))");
      ((List<?>) tabs).forEach(tab -> pages.add((String) tab));
    }
    for (String path : pages) {
      visit(path);
      assertInert(path);
    }
    page.navigate("/providers/hostile-openai");
    assertThat(page.getByRole(AriaRole.MAIN).getByRole(AriaRole.HEADING).first().innerText())
        .isEqualTo(HOSTILE);
  }

  @Test
  void whatIsTypedIsInertWhenItComesBack() {
    int sent = 0;
    for (String path : pages()) {
      visit(path);
      int forms = page.locator("main form").count();
      for (int form = 0; form < forms; form++) {
        if (((Number) page.evaluate(FIELDS, form)).intValue() > 0) {
          sent += send(path, form);
        }
      }
    }
    assertThat(sent).isGreaterThan(25);
  }

  private int send(String path, int form) {
    var ways = path.equals("/providers/-/new") ? CHOICES : CHOICES.subList(0, 1);
    for (List<String> choices : ways) {
      visit(path);
      page.evaluate(SEND, List.of(form, choices, HOSTILE));
      page.waitForFunction("() => !window.sent && document.readyState === 'complete'");
      assertInert("form %d of %s with %s".formatted(form, path, choices));
    }
    visit(path);
    return ways.size();
  }

  /** A visit to the costs that names no time zone starts again, with the viewer's. */
  private void visit(String path) {
    page.navigate(path);
    if (path.equals("/cost")) {
      page.waitForURL("**/cost?tz=*");
    }
  }

  private void assertInert(String what) {
    assertThat(page.evaluate(TRACES)).as(what).isEqualTo(List.of());
    assertThat(complaints).as(what).isEmpty();
  }
}
