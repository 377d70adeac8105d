package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Costs in a browser, from a fixture whose totals are known. */
@ExtendWith(World.class)
class CostJourneysTest {
  private static final String RANGE =
      "customStart=2026-10-20T00%3A00%3A00Z&customEnd=2026-10-27T00%3A00%3A00Z";
  private static final String WEEK = "/cost?" + RANGE + "&tz=UTC";
  private static final String API =
      "/v1/spending/summary?start=2026-10-20T00:00:00Z&end=2026-10-27T00:00:00Z";

  /** In each quarter of an hour of two days, one call of each; the money is that of its number. */
  private static final String USAGE =
      """
      insert into usage_rollup
      select '2026-10-21T00:00:00Z'::timestamptz + n * interval '15 minutes', uid, type, 'model-' || n % 3,
        'user-' || n % 2, case when n % 4 = 0 then 'agents/bot' else '' end, 1, n % 2, 0, 0,
        100, 50, 30, 20, 10, 0, 5, 1, n * 1000003, n * 7, 3, 0, 1, 0, 2, 0
      from llm_provider, generate_series(0, 191) as n
      where name in ('one', 'two')
      """;

  private static final long EACH = 191 * 192 / 2 * 1_000_010L + 192 * 6;

  private static @Nullable Showcase showcase;

  private final Chromium chromium;
  private final List<BrowserContext> windows = new ArrayList<>();

  CostJourneysTest(Chromium chromium) {
    this.chromium = chromium;
  }

  @BeforeAll
  static void start() {
    Showcase started = Showcase.start();
    showcase = started;
    Rest rest = started.program().rest();
    World.putSecret(rest, World.SECRET, "value");
    for (String name : List.of("one", "two")) {
      rest.post(
          "/v1/llm-providers",
          new JsonObject()
              .put("name", name)
              .put("display_name", "Provider " + name)
              .put("openai_config", new JsonObject().put("api_key_ref", World.SECRET)));
    }
    started.directory().execute(USAGE);
  }

  @AfterAll
  static void stop() {
    if (showcase != null) {
      showcase.close();
    }
  }

  @AfterEach
  void closeWindows() {
    windows.forEach(BrowserContext::close);
  }

  private static Program program() {
    return Objects.requireNonNull(showcase).program();
  }

  private Page signedIn(Browser.NewContextOptions options) {
    BrowserContext window = chromium.window(program(), options);
    windows.add(window);
    Page page = window.newPage();
    Chromium.signIn(page, program());
    return page;
  }

  private Page signedIn() {
    return signedIn(
        new Browser.NewContextOptions().setTimezoneId("Europe/Berlin").setAcceptDownloads(true));
  }

  private static String usd(long microcents) {
    return "$%,d.%08d"
        .formatted(microcents / 100_000_000, microcents % 100_000_000)
        .replaceAll("(\\.\\d\\d\\d*?)0+$", "$1");
  }

  private static void assertSpend(Page page, long microcents) {
    assertThat(page.locator("#spend-total")).hasAttribute("title", usd(microcents));
  }

  @Test
  void fromTheSidebarToASharedLink() {
    Page page = signedIn();
    page.getByRole(AriaRole.LINK, named("Cost & Usage")).click();
    page.waitForURL("**/cost?tz=Europe%2FBerlin");
    assertThat(page.getByText("Times in Europe/Berlin")).isVisible();

    page.locator("summary").filter(text("Last 30 days")).click();
    page.getByLabel("From", exactly()).fill("2026-10-21T02:00");
    page.getByLabel("To", exactly()).fill("2026-10-22T02:00");
    page.getByRole(AriaRole.BUTTON, button("Apply custom range")).click();
    page.waitForURL("**/cost?customStart=2026-10-21T00*&customEnd=2026-10-22T00*");
    long firstDay = 2 * (95 * 96 / 2 * 1_000_010L + 96 * 6);
    assertSpend(page, firstDay);

    page.getByText("Filter", new Page.GetByTextOptions().setExact(true)).click();
    page.locator("#f-model").fill("model-1");
    page.getByRole(AriaRole.BUTTON, button("Add filter")).click();
    assertThat(page.getByLabel("Remove filter Model model-1")).isVisible();
    page.waitForURL("**/cost?*model=model-1*");
    String spend = page.locator("#spend-total").getAttribute("title");

    Page elsewhere = signedIn(new Browser.NewContextOptions().setTimezoneId("Asia/Tokyo"));
    elsewhere.navigate(page.url());
    assertThat(elsewhere.locator("#spend-total")).hasAttribute("title", spend);
    assertThat(elsewhere.getByText("Times in Europe/Berlin")).isVisible();
    elsewhere.getByLabel("Remove filter Model model-1").click();
    assertSpend(elsewhere, firstDay);
  }

  @Test
  void aFirstVisitByALinkIsInTheZoneOfTheViewer() {
    Page page = signedIn(new Browser.NewContextOptions().setTimezoneId("Asia/Tokyo"));
    page.navigate("/cost");
    page.waitForURL("**/cost?*tz=Asia%2FTokyo");
    assertThat(page.getByText("Times in Asia/Tokyo")).isVisible();
  }

  @Test
  void theChartsHaveABarForEveryBucketAndAHatchForEveryProviderOfAType() {
    Page page = signedIn();
    page.navigate(WEEK);
    Locator chart = page.locator("[data-chart=spend] svg");
    chart.waitFor();
    String bars =
        "const o ="
            + " echarts.getInstanceByDom(document.querySelector('[data-chart=spend]')).getOption();";
    assertThat(page.evaluate(bars + "o.series.map(s => s.data.length).join()")).isEqualTo("7,7");
    assertThat(page.evaluate(bars + "o.series.map(s => s.data[0]).join()")).isEqualTo("0,0");
    assertThat(
            page.evaluate(
                bars + "o.series.map(s => s.itemStyle.decal?.symbol ?? 'none').sort().join()"))
        .isEqualTo("none,rect");
    assertThat(page.locator(".t-break .hatch-1")).hasCount(1);

    page.getByLabel("Show Provider two in the charts").click();
    assertThat(page.getByLabel("Show Provider two in the charts"))
        .hasAttribute("aria-pressed", "false");
    String toggled = page.getByLabel("Show Provider two in the charts").getAttribute("data-series");
    assertThat(page.evaluate(bars + "JSON.stringify(o.legend[0].selected)"))
        .isEqualTo("{\"%s\":false}".formatted(toggled));
  }

  @Test
  void hidingATokenTypeLeavesRequestsWhichHaveNone() {
    Page page = signedIn();
    page.navigate(WEEK + "&group_by=token_type");
    page.locator("[data-chart=requests] svg").waitFor();
    page.locator(".legend").first().click();
    assertThat(page.locator(".legend").first()).hasAttribute("aria-pressed", "false");
    assertThat(hidden(page, "tokens")).isEqualTo("{\"0\":false}");
    assertThat(hidden(page, "requests")).isEqualTo("{}");
  }

  private static Object hidden(Page page, String chart) {
    return page.evaluate(
        """
        chart => JSON.stringify(echarts.getInstanceByDom(document.querySelector(`[data-chart=${chart}]`))
          .getOption().legend[0].selected)
        """,
        chart);
  }

  @Test
  void pointingTellsExactFiguresAndDraggingZoomsIn() {
    Page page = signedIn();
    page.navigate(WEEK);
    Locator chart = page.locator("[data-chart=spend]");
    chart.locator("svg").waitFor();
    BoundingBox box = chart.boundingBox();
    double y = box.y + box.height / 2;
    page.mouse().move(box.x + box.width * 0.27, y);
    assertThat(page.locator(".tooltip-box").getByText("Provider one").first()).isVisible();
    assertThat(page.locator(".tooltip-box b").first())
        .hasText(page.locator("#values-spend tbody tr").nth(1).locator("td").last().textContent());
    page.mouse().down();
    page.mouse().move(box.x + box.width * 0.3, y);
    page.mouse().move(box.x + box.width * 0.42, y);
    page.mouse().up();
    page.waitForURL("**/cost?*customStart=2026-10-21T00*customEnd=2026-10-23T00*");
    assertSpend(page, 2 * EACH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"provider", "model", "token_type", "user", "agent", "provider_type"})
  void everyGroupingOfThePageTheApiAndTheDownloadAgree(String grouping) throws IOException {
    Page page = signedIn();
    page.navigate(WEEK + "&group_by=" + grouping);
    assertSpend(page, 2 * EACH);
    assertThat(microcents(downloaded(page))).isEqualTo(2 * EACH);
    assertThat(Spending.of(program().rest().get(API).getJsonObject("stats")).microcents())
        .isEqualTo(2 * EACH);
  }

  @ParameterizedTest
  @CsvSource({
    "provider=one, 384",
    "model=model-0, 384",
    "user=user-1&provider=two, 384",
    "agent=agents/bot, 384",
    "cost_type=cached, 384",
    "cost_type=input&cost_type=output&model=model-1&agent=, 384",
  })
  void everyFilterOfThePageTheApiAndTheDownloadAgree(String filter, int requestsMax)
      throws IOException {
    Page page = signedIn();
    page.navigate(WEEK + "&" + filter);
    Spending api = Spending.of(program().rest().get(API + "&" + filter).getJsonObject("stats"));
    assertThat(api.requests()).isLessThanOrEqualTo(requestsMax);
    assertSpend(page, api.microcents());
    assertThat(page.locator("#requests-total"))
        .hasAttribute("title", String.valueOf(api.requests()));
    assertThat(microcents(downloaded(page))).isEqualTo(api.microcents());
  }

  private static List<String> downloaded(Page page) throws IOException {
    Download download =
        page.waitForDownload(() -> page.getByRole(AriaRole.LINK, named("Download CSV")).click());
    return Files.readAllLines(download.path(), UTF_8);
  }

  private static long microcents(List<String> lines) {
    return lines.stream()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
        .sum();
  }

  @Test
  void theKeyboardOpensTheTableThatAScreenReaderReads() {
    Page page = signedIn();
    page.navigate(WEEK);
    Locator fold = page.locator("section").filter(text("Spend over time")).locator("details");
    fold.locator("summary").focus();
    page.keyboard().press("Enter");
    Locator table = page.getByLabel("Values of Spend over time").getByRole(AriaRole.TABLE);
    assertThat(table.getByRole(AriaRole.ROWHEADER)).hasCount(7);
    assertThat(table.getByRole(AriaRole.COLUMNHEADER)).hasCount(4);
    assertThat(table.getByRole(AriaRole.ROW).nth(2)).containsText("21 Oct");
    Locator legend = page.getByLabel("Show Provider one in the charts");
    legend.focus();
    page.keyboard().press("Space");
    assertThat(legend).hasAttribute("aria-pressed", "false");
  }

  @Test
  void withoutScriptTablesTotalsAndFormsAreThere() {
    Page page = signedIn(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    page.navigate(WEEK);
    assertSpend(page, 2 * EACH);
    assertThat(page.locator("[data-chart=spend]")).isHidden();
    page.locator("details summary").filter(text("Daily values")).first().click();
    assertThat(page.getByLabel("Values of Spend over time").locator("tbody tr")).hasCount(7);
    page.getByRole(AriaRole.LINK, named("Model").setExact(true)).click();
    assertThat(page.locator(".t-break").getByText("model-2")).isVisible();
    page.getByText("Filter", new Page.GetByTextOptions().setExact(true)).click();
    page.getByLabel("Token type").last().selectOption("cached");
    page.getByRole(AriaRole.BUTTON, button("Add filter")).click();
    assertThat(page.getByLabel("Remove filter Token type Cached")).isVisible();
    assertThat(page.locator("#tokens-total")).hasAttribute("title", "11,520");
  }

  @Test
  void theFiguresOfAProviderLeadToItsCosts() {
    Page page = signedIn();
    page.navigate("/providers/one");
    page.getByText(Pattern.compile("^View more")).first().click();
    page.waitForURL("**/cost?range=7d&provider=one&tz=UTC");
    assertThat(page.getByLabel("Remove filter Provider Provider one")).isVisible();
  }

  /** Page, API and download against a sum over the raw records, whatever is asked for. */
  @Test
  void whateverIsAskedForAllSurfacesSayTheSumOfTheRecords() {
    var random = new CostQuestions(program(), Objects.requireNonNull(showcase).directory());
    random.records();
    Page page = signedIn();
    String session = page.context().cookies().getFirst().value;
    for (int i = 0; i < 12; i++) {
      random.ask(session);
    }
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions button(String name) {
    return named(name).setExact(true);
  }

  private static Page.GetByLabelOptions exactly() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  private static Locator.FilterOptions text(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }
}
