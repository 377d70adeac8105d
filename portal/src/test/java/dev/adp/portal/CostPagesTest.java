package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Costs as people without script see them: tables, totals, links and forms. */
class CostPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final int BYTES_MAX = 100_000;

  private Browser reader = new Browser(URI.create("http://localhost"));

  @BeforeAll
  static void fill() throws Exception {
    for (String name : List.of("first", "second", "gone")) {
      provider(name);
    }
    usage("first", "model-a", "maya", "", "2026-10-25T00:00:00Z", 100_000_000);
    usage("first", "model-a", "maya", "", "2026-10-25T01:00:00Z", 1);
    usage("first", "model-b", "noah", "agents/bot", "2026-10-25T01:15:00Z", 30);
    usage("second", "model-a", "noah", "agents/bot", "2026-10-26T12:00:00Z", 500_000);
    usage("gone", "=cmd()", "maya", "", "2026-10-26T23:45:00Z", 7);
    usage("second", "free", "maya", "", "2026-10-26T12:00:00Z", 0);
    portal
        .repository()
        .providers()
        .delete(PortalExtension.ADMIN, new ResourceId("gone"), _ -> true);
  }

  private static void provider(String name) {
    portal
        .repository()
        .providers()
        .create(
            PortalExtension.ADMIN,
            new LlmProvider.Draft(
                new ResourceId(name),
                "Provider " + name,
                "",
                true,
                new ProviderConfig.OpenAiCompatible(
                    BaseUrl.of("base_url", "http://127.0.0.1:1/v1"), Optional.empty(), true),
                List.of(),
                Transcripts.OFF),
            List.of());
  }

  /** Two calls, one of them failed; a spend of nothing has no price. */
  private static void usage(
      String provider, String model, String user, String agent, String at, long microcents)
      throws Exception {
    portal.sql(
        """
        insert into usage_rollup
        select '%s', uid, type, '%s', '%s', '%s', 2, 1, 0, %d, 10, 5, 0, 0, 0, 0, 1, 0, %d, 0, 0, 0, 0, 0, 0, 0
        from llm_provider where name = '%s'
        """
            .formatted(at, model, user, agent, microcents == 0 ? 16 : 0, microcents, provider));
  }

  @BeforeEach
  void signIn() throws Exception {
    reader = portal.signedIn("reader");
  }

  private static final String TWO_DAYS =
      "/cost?customStart=2026-10-24T22:00:00Z&customEnd=2026-10-26T23:00:00Z&tz=Europe/Berlin";

  private String page(String path) throws Exception {
    HttpResponse<String> answer = reader.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    assertThat(answer.body().getBytes(UTF_8)).hasSizeLessThan(BYTES_MAX);
    return answer.body();
  }

  /** The texts of the cells of a table of values: its rows without their heads. */
  private static List<List<String>> values(String page, String figure) {
    String table = part(page, "id=\"values-" + figure + "\"", "</table>");
    return Pattern.compile("(?s)<tr><th scope=\"row\">.*?</tr>")
        .matcher(table)
        .results()
        .map(row -> cells(row.group()))
        .toList();
  }

  private static List<String> cells(String row) {
    return Pattern.compile("<td[^>]*>([^<]*)</td>")
        .matcher(row)
        .results()
        .map(cell -> cell.group(1))
        .toList();
  }

  private static String part(String page, String from, String to) {
    assertThat(page).contains(from);
    String rest = page.substring(page.indexOf(from));
    return rest.substring(0, rest.indexOf(to));
  }

  private static String title(String page, String id) {
    MatchResult found =
        Pattern.compile("id=\"%s\" title=\"([^\"]*)\"".formatted(id))
            .matcher(page)
            .results()
            .findFirst()
            .orElseThrow();
    return found.group(1);
  }

  @Test
  void spendRequestsAndTokensOfEachDayOfTheZone() throws Exception {
    String page = page(TWO_DAYS);
    assertThat(title(page, "spend-total")).isEqualTo("$1.00500031");
    assertThat(title(page, "requests-total")).isEqualTo("10");
    assertThat(title(page, "tokens-total")).isEqualTo("80");
    assertThat(values(page, "spend"))
        .containsExactly(
            List.of("$1.00000031", "$0.00", "$1.00000031"), List.of("$0.00", "$0.005", "$0.005"));
    assertThat(values(page, "requests"))
        .containsExactly(List.of("6", "0", "6"), List.of("0", "4", "4"));
    assertThat(page)
        .contains("25 – 26 Oct 2026 · daily buckets · Europe/Berlin")
        .contains("Times in Europe/Berlin (CET)");
  }

  /** The hour from two to three comes twice. */
  @Test
  void theDayOnWhichClocksChangeHasTwentyFiveHours() throws Exception {
    String page =
        page(
            "/cost?customStart=2026-10-24T22:00:00Z&customEnd=2026-10-25T23:00:00Z&tz=Europe/Berlin");
    assertThat(values(page, "spend")).hasSize(25);
    assertThat(page).contains("25 Oct 02:00 CEST", "25 Oct 02:00 CET", "hourly buckets");
  }

  @Test
  void halfHourZonesHaveTheirOwnHours() throws Exception {
    String page =
        page(
            "/cost?customStart=2026-10-24T18:30:00Z&customEnd=2026-10-25T18:30:00Z&tz=Asia/Kolkata");
    assertThat(values(page, "spend")).hasSize(24);
    assertThat(page).contains("25 Oct 06:00");
    assertThat(values(page, "spend").get(5)).last().isEqualTo("$1.00");
    assertThat(values(page, "spend").get(6)).last().isEqualTo("$0.00000031");
  }

  @ParameterizedTest
  @CsvSource({
    "group_by=provider, Provider first",
    "group_by=model, model-a",
    "group_by=token_type, Reasoning",
    "group_by=user, noah",
    "group_by=agent, No agent",
    "group_by=provider_type, OpenAI-compatible",
  })
  void everyGroupingAddsUpToTheSame(String grouping, String group) throws Exception {
    String page = page(TWO_DAYS + "&" + grouping);
    assertThat(title(page, "spend-total")).isEqualTo("$1.00500031");
    assertThat(part(page, "t-break", "</table>")).contains(group);
    for (List<String> row : values(page, "spend")) {
      assertThat(sum(row.subList(0, row.size() - 1))).isEqualByComparingTo(usd(row.getLast()));
    }
    assertThat(sum(values(page, "requests").stream().map(List::getLast).toList()))
        .isEqualByComparingTo("10");
  }

  private static BigDecimal sum(List<String> cells) {
    return cells.stream().map(CostPagesTest::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal usd(String text) {
    return new BigDecimal(text.replaceAll("[$,]", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "provider=first, $1.00000031",
    "provider=first&provider=second, $1.00500031",
    "model=model-a, $1.00500001",
    "user=noah, $0.0050003",
    "agent=agents/bot, $0.0050003",
    "agent=bot, $0.0050003",
    "agent=, $1.00000001",
    "agent=agents/bot&provider=first, $0.0000003",
    "cost_type=input, $1.00500031",
    "cost_type=output, $0.00",
    "token_type=reasoning, $1.00500031",
  })
  void filtersCombineAndShowAsChips(String filters, String spend) throws Exception {
    String page = page(TWO_DAYS + "&" + filters);
    assertThat(title(page, "spend-total")).isEqualTo(spend);
    assertThat(page).contains("aria-label=\"Remove filter ");
  }

  @Test
  void theFooterSumsUpWhatEachTypeOfTokensHasCost() throws Exception {
    String costs = part(page(TWO_DAYS), "class=\"costs\"", "</dl>");
    assertThat(costs).containsPattern("Total</dt><dd title=\"\\$1.00500031\"");
    assertThat(costs).containsPattern("Input</dt><dd title=\"\\$1.00500031\"");
    assertThat(costs).contains("Output", "Reasoning").doesNotContain("Cached", "Cache writes");
  }

  @Test
  void anAgentNarrowsTheProvidersThatOneCanChoose() throws Exception {
    String all = part(page(TWO_DAYS), "f-provider-list", "</datalist>");
    assertThat(all).contains("\"first\"", "\"second\"");
    String page = page(TWO_DAYS + "&agent=agents/bot&user=maya");
    assertThat(part(page, "f-provider-list", "</datalist>")).doesNotContain("\"first\"");
  }

  @Test
  void anAgentIsOneHoweverItIsWritten() throws Exception {
    String page = page(TWO_DAYS + "&agent=bot&agent=agents/bot");
    assertThat(page.split("class=\"chip\"", -1)).hasSize(2);
  }

  /** A range is compared with one of the same length right before it. */
  @Test
  void whatWasBeforeIsSaid() throws Exception {
    assertThat(page("/cost?customStart=2026-10-26T00:00:00Z&customEnd=2026-10-27T00:00:00Z&tz=UTC"))
        .contains("−99.5% on $1.00", "Compared with 25 Oct 2026", "+0.0% on 6");
    assertThat(page(TWO_DAYS)).contains("nothing in the time before");
  }

  @Test
  void aDeletedProviderKeepsItsRow() throws Exception {
    String page =
        page("/cost?customStart=2026-10-26T00:00:00Z&customEnd=2026-10-27T00:00:00Z&tz=UTC");
    assertThat(part(page, "t-break", "</table>")).contains("Provider gone", "Deleted");
    assertThat(title(page, "spend-total")).isEqualTo("$0.00500007");
  }

  @Test
  void whatHasNoPriceIsSaidWithAWayToPriceIt() throws Exception {
    assertThat(page(TWO_DAYS)).contains("16 tokens have no price", "free of Provider second");
    Browser writer = portal.signedIn("writer");
    assertThat(writer.get(TWO_DAYS).body()).contains("href=\"/providers/second/edit?price=free\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24h", "7d", "14d", "30d", "90d", "month", "quarter", "year"})
  void everyRangeHasItsBuckets(String range) throws Exception {
    LocalDate today;
    String page;
    do {
      today = LocalDate.now(ZoneOffset.UTC);
      page = page("/cost?tz=UTC&values=spend&range=" + range);
    } while (!today.equals(LocalDate.now(ZoneOffset.UTC)));
    int days =
        switch (range) {
          case "24h" -> 1;
          case "month" -> today.getDayOfMonth();
          case "quarter" -> today.get(IsoFields.DAY_OF_QUARTER);
          case "year" -> today.getDayOfYear();
          default -> Integer.parseInt(range.substring(0, range.length() - 1));
        };
    boolean hourly = days == 1; // On the first day of a month, too.
    assertThat(values(page, "spend")).hasSize(hourly ? 24 : days);
    assertThat(page).contains(hourly ? "hourly buckets" : "daily buckets");
  }

  @Test
  void aLinkSaysAllThatIsShown() throws Exception {
    HttpResponse<String> led =
        reader.get(
            "/cost?customStart=2026-10-25T00:00&customEnd=2026-10-27T00:00&tz=Europe/Berlin"
                + "&model=model-a&add_user=maya&add_provider=");
    assertThat(led.statusCode()).isEqualTo(303);
    assertThat(led.headers().firstValue("location"))
        .contains(
            "/cost?customStart=2026-10-24T22%3A00%3A00Z&customEnd=2026-10-26T23%3A00%3A00Z"
                + "&model=model-a&user=maya&tz=Europe%2FBerlin");
    assertThat(page(led.headers().firstValue("location").orElseThrow()))
        .contains("Remove filter User maya", "Remove filter Model model-a");
  }

  @Test
  void withoutAZoneTimesAreInUtcUntilAScriptSaysMore() throws Exception {
    assertThat(page("/cost")).contains("Times in UTC", "data-zone=\"none\"");
    assertThat(page("/cost?tz=Asia/Kolkata"))
        .contains("Times in Asia/Kolkata", "data-zone=\"given\"");
  }

  @ParameterizedTest
  @CsvSource({
    "range=1w, There is no range &quot;1w&quot;.",
    "tz=Mars, There is no time zone &quot;Mars&quot;: times are in UTC.",
    "group_by=team, Usage cannot be grouped by &quot;team&quot;",
    "cost_type=tool, There is no cost type &quot;tool&quot;.",
    "customStart=x&customEnd=y, A custom range needs two times",
    "customStart=2026-10-25T00:00:00Z&customEnd=2026-10-25T00:00:00Z, A custom range must end"
        + " after",
    "customStart=2020-10-25T00:00:00Z&customEnd=2026-10-25T00:00:00Z, A custom range has at most",
  })
  void whatCannotBeUnderstoodIsSaid(String parameter, String text) throws Exception {
    assertThat(page("/cost?" + parameter)).contains(text);
  }

  @Test
  void aRangeThatIsNotInQuartersIsWidenedAndSaysSo() throws Exception {
    assertThat(page("/cost?customStart=2026-10-25T00:10:00Z&customEnd=2026-10-25T00:20:00Z&tz=UTC"))
        .contains("widened to whole quarter hours", "25 Oct 2026, 00:00 – 25 Oct 2026, 00:30");
  }

  @Test
  void theDownloadHasTheSameNumbersAndRunsNothing() throws Exception {
    HttpResponse<String> csv = reader.get(TWO_DAYS.replace("/cost?", "/cost.csv?"));
    assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
    List<String> lines = csv.body().lines().toList();
    List<String> head = List.of(lines.getFirst().split(",", -1));
    long microcents =
        lines.stream()
            .skip(1)
            .mapToLong(
                line -> Long.parseLong(line.split(",", -1)[head.indexOf("spend_microcents")]))
            .sum();
    assertThat(microcents).isEqualTo(100_500_031);
    assertThat(lines.get(1)).startsWith("2026-10-25T00:00:00+02:00,");
    assertThat(
            reader
                .get(
                    "/cost.csv?group_by=model&customStart=2026-10-26T00:00:00Z"
                        + "&customEnd=2026-10-27T00:00:00Z&tz=UTC")
                .body())
        .contains("\"'=cmd()\"")
        .doesNotContain("\"=cmd()\"");
  }

  @Test
  void nothingOfUsageIsShownToThoseWhoMayNotSeeIt() throws Exception {
    portal.sql("update app_user set role = 'LLMProviderInvoker' where name = 'writer'");
    try {
      Browser invoker = portal.signedIn("writer");
      assertThat(invoker.get("/cost?tz=UTC").statusCode()).isEqualTo(403);
      assertThat(invoker.get("/cost.csv?tz=UTC").statusCode()).isEqualTo(403);
    } finally {
      portal.sql("update app_user set role = 'Writer' where name = 'writer'");
    }
  }

  /** A script asks for the values of a long range when it draws them. */
  @Test
  void theValuesOfALongRangeComeAlone() throws Exception {
    String path = "/cost?customStart=2026-01-01T00:00:00Z&customEnd=2026-11-01T00:00:00Z&tz=UTC";
    String page = page(path);
    assertThat(page)
        .contains("hx-trigger=\"load\"", "&amp;values=tokens")
        .doesNotContain("t-values");
    HttpResponse<String> alone = reader.get(path + "&values=tokens", "HX-Target", "values-tokens");
    assertThat(values(alone.body(), "tokens")).hasSize(304);
    assertThat(alone.body()).doesNotContain("<html");
    assertThat(values(page(path + "&values=tokens"), "tokens")).hasSize(304);
  }

  /** 1 ms is in the fifth bin, a second in the forty-fourth; they are told to nine per cent. */
  @Test
  void latenciesOfModelsAreShownAndDownloaded() throws Exception {
    portal.sql(
        """
        insert into usage_latency (provider_uid, model, span, bucket_start, latency, first_token)
        select uid, 'model-a', span, '2026-10-25T00:00:00Z', bins, bins
        from llm_provider, (values (1), (3)) as spans (span),
          (select array_agg(case when bin in (5, 44) then 10 else 0 end order by bin) as bins
            from generate_series(1, 80) as bin) as counted
        where name = 'first'
        """);
    assertThat(part(page(TWO_DAYS), "t-latency", "</table>"))
        .contains("model-a", ">20<", ">1.1 ms<", ">940 ms<");
    assertThat(page(TWO_DAYS + "&user=maya")).contains("calls of all users and agents");
    assertThat(reader.get(TWO_DAYS.replace("/cost?", "/cost.csv?") + "&table=latency").body())
        .contains("\"model-a\",20,1.086,935.");
  }
}
