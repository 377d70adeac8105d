package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of providers, column by column, as a browser without script gets it. */
class ProviderListPageTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final int PROVIDERS = 12;
  private static final SecretRef KEY = new SecretRef("LIST_KEY");
  private static final ProviderConfig OPENAI = new ProviderConfig.OpenAi(Optional.empty(), KEY);
  private static Browser reader = new Browser(URI.create("http://127.0.0.1"));
  private static Browser writer = reader;
  private static String emptyForReader = "";
  private static String emptyForWriter = "";

  /** Five red ones, one of each type, and seven blue ones, of which the first is disabled. */
  @BeforeAll
  static void fill() throws Exception {
    reader = portal.signedIn("reader");
    writer = portal.signedIn("writer");
    emptyForReader = reader.get("/providers").body();
    emptyForWriter = writer.get("/providers").body();
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    provider("red-openai", true, OPENAI, "m-1", "m-2", "m-3", "m-4", "m-5");
    provider(
        "red-anthropic",
        true,
        new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY)),
        "m-1",
        "m-2");
    provider("red-google", true, new ProviderConfig.Google(Optional.empty(), KEY));
    provider(
        "red-bedrock",
        true,
        new ProviderConfig.Bedrock(
            new AwsRegion("us-east-1"),
            Optional.empty(),
            new AwsCredential.DefaultChain(),
            Optional.empty()));
    provider(
        "red-compatible",
        true,
        new ProviderConfig.OpenAiCompatible(
            BaseUrl.of("base_url", "http://127.0.0.1:8000/v1"), Optional.empty(), true));
    for (int i = 1; i <= 7; i++) {
      provider("blue-openai-" + i, i > 1, OPENAI);
    }
    spend("red-openai", 5, 500_000_000);
    spend("red-openai", 2, 700_000_000);
    spend("red-openai", 9, 10_000_000_000L);
    portal.sql(
        "update llm_provider set updated_at = now() - interval '3 hours' where name = 'red-bedrock'");
  }

  private static void provider(
      String name, boolean enabled, ProviderConfig config, String... models) {
    portal
        .repository()
        .providers()
        .create(
            PortalExtension.ADMIN,
            new LlmProvider.Draft(
                new ResourceId(name),
                "The " + name,
                "",
                enabled,
                config,
                Stream.of(models).map(model -> new ProviderModel(model, Rates.NONE)).toList(),
                Transcripts.OFF),
            List.of());
  }

  private static void spend(String provider, int daysAgo, long microcents) throws SQLException {
    portal.sql(
        """
        insert into usage_rollup
        select date_trunc('day', now(), 'UTC') - interval '%d days', uid, type, 'm-1', 'maya', '',
          1, 0, 0, 0,
          0, 0, 0, 0, 0, 0, 0, 0,
          %d, 0, 0, 0, 0, 0, 0, 0
        from llm_provider where name = '%s'
        """
            .formatted(daysAgo, microcents, provider));
  }

  @ParameterizedTest
  @CsvSource({
    "red-openai, openai, OpenAI",
    "red-anthropic, anthropic, Anthropic",
    "red-google, google, Google AI",
    "red-bedrock, bedrock, AWS Bedrock",
    "red-compatible, compatible, OpenAI-compatible"
  })
  void aRowHasItsNameTheIconOfItsTypeAndAUrlToCopy(String name, String mark, String type)
      throws Exception {
    String page = all();
    assertThat(row(page, name))
        .contains(">The " + name + "</a>")
        .containsPattern(
            "<span(?=[^>]*role=\"img\")(?=[^>]*aria-label=\"%s\")[^>]*class=\"mark t-%s\""
                .formatted(type, mark))
        .contains("<code>gateway.example.com/llm/v1/providers</code><code>/" + name + "</code>")
        .containsPattern(
            "<button(?=[^>]*\\sdata-copy)[^>]*aria-label=\"Copy URL of The %s\"".formatted(name));
    assertThat(page).contains("data-copy-base=\"https://gateway.example.com/llm/v1/providers\"");
  }

  @Test
  void statusIsActiveOrDisabled() throws Exception {
    String page = all();
    assertThat(row(page, "blue-openai-1")).contains(">Disabled</span>").doesNotContain(">Active<");
    assertThat(row(page, "blue-openai-2")).contains(">Active</span>").doesNotContain(">Disabled<");
  }

  @Test
  void twoModelsStandInTheRowAndTheOthersBehindAChip() throws Exception {
    String page = all();
    assertThat(row(page, "red-openai"))
        .contains("<code>m-1</code>", "<code>m-2</code>", ">+3</button>")
        .contains("aria-label=\"3 more: m-3, m-4, m-5\"")
        .doesNotContain("<code>m-3</code>");
    assertThat(row(page, "red-anthropic"))
        .contains("<code>m-1</code>", "<code>m-2</code>")
        .doesNotContain("class=\"more\"");
    assertThat(row(page, "red-google")).contains(">All models</span>");
  }

  @Test
  void spendIsThatOfSevenDaysWithItsLine() throws Exception {
    String page = all();
    assertThat(page).contains("Spend (7d)</th>");
    String line = Sparkline.cell(List.of(0L, 500_000_000L, 0L, 0L, 700_000_000L, 0L, 0L)).path();
    assertThat(row(page, "red-openai"))
        .contains(">$12.00</span>", "d=\"" + line + "\"")
        .doesNotContain("spark-flat");
    assertThat(row(page, "red-google")).contains(">$0.00</span>", "class=\"spark spark-flat\"");
  }

  @Test
  void theLastEditIsSoLongAgo() throws Exception {
    assertThat(row(all(), "red-bedrock"))
        .containsPattern("<td[^>]*title=\"[^\"]* UTC\"[^>]*>3 hours ago</td>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=anthropic | red-anthropic",
        "type=bedrock&type=google | red-bedrock,red-google",
        "status=disabled | blue-openai-1",
        "name=red | red-anthropic,red-bedrock,red-compatible,red-google,red-openai",
        "name=OPENAI-7 | blue-openai-7",
        "name=The+red-o&status=active | red-openai",
        "name=openai-&type=openai&status=disabled | blue-openai-1",
        "name=red&type=openai&type=google&status=active | red-google,red-openai"
      })
  void eachFilterNarrowsAloneAndWithOthers(String query, String expected) throws Exception {
    List<String> names = List.of(expected.split(",", -1));
    String page = reader.get("/providers?page_size=25&" + query).body();
    assertThat(names(page)).containsExactlyInAnyOrderElementsOf(names);
    assertThat(page)
        .contains(names.size() == 1 ? ">1 provider</span>" : ">" + names.size() + " providers<");
  }

  @Test
  void theFilterOffersTypesStatusesAndAName() throws Exception {
    String page = all();
    assertThat(page).contains("Filter</summary>");
    assertThat(Html.all("<input[^>]*name=\"type\"[^>]*value=\"([a-z_]+)\"", page))
        .containsExactly("openai", "anthropic", "google", "bedrock", "openai_compatible");
    assertThat(Html.all("<input[^>]*name=\"status\"[^>]*value=\"([a-z]+)\"", page))
        .containsExactly("active", "disabled");
    assertThat(page).containsPattern("<label[^>]*for=\"f-name\">Name contains</label>");
    assertThat(names(reader.get("/providers?page_size=25&status=active").body()))
        .hasSize(PROVIDERS - 1)
        .doesNotContain("blue-openai-1");
  }

  @Test
  void eachFilterIsAChipThatCanBeTakenAway() throws Exception {
    String page = reader.get("/providers?name=red&type=openai&status=active").body();
    assertThat(Html.all("<span class=\"chip\">(.*?)</a>", page).stream().map(Html::text))
        .containsExactly("Name contains red", "Type OpenAI", "Status Active");
    assertThat(Html.all("<a[^>]*href=\"([^\"]*)\"[^>]*aria-label=\"Remove filter [^\"]*\"", page))
        .containsExactly(
            "/providers?type=openai&amp;status=active",
            "/providers?name=red&amp;status=active",
            "/providers?name=red&amp;type=openai");
    assertThat(reader.get("/providers?type=google&status=disabled").body())
        .contains("No provider matches these filters", PROVIDERS + " providers are hidden.");
  }

  @Test
  void aLongListHasPages() throws Exception {
    String first = reader.get("/providers").body();
    String second = reader.get("/providers?page=2").body();
    assertThat(names(first)).hasSize(10);
    assertThat(names(second)).hasSize(2).doesNotContainAnyElementsOf(names(first));
    assertThat(first)
        .contains("1–10 of 12 providers")
        .containsPattern("<a[^>]*href=\"/providers\\?page=2\"[^>]*aria-label=\"Next page\"");
    assertThat(second)
        .contains("11–12 of 12 providers")
        .containsPattern("<a[^>]*href=\"/providers\"[^>]*aria-label=\"Previous page\"");
    assertThat(reader.get("/providers?name=e").body())
        .contains("href=\"/providers?name=e&amp;page=2\"");
    HttpResponse<String> beyond = reader.get("/providers?page=9");
    assertThat(beyond.statusCode()).isEqualTo(303);
    assertThat(beyond.headers().firstValue("location")).contains("/providers?page=2");
  }

  @Test
  void rowsPerPageAreChosenInTheFooter() throws Exception {
    String rows =
        Html.between(reader.get("/providers").body(), ">Rows per page</label>", "</form>");
    assertThat(Html.all("<option[^>]*value=\"([0-9]+)\"", rows))
        .containsExactly("10", "25", "50", "100");
    assertThat(Html.all("value=\"([0-9]+)\"[^>]*selected", rows)).containsExactly("10");
    String page = all();
    assertThat(names(page)).hasSize(PROVIDERS);
    assertThat(Html.all("<option[^>]*value=\"([0-9]+)\"[^>]*selected", page)).containsExactly("25");
    assertThat(page).doesNotContain("Next page");
  }

  @Test
  void anEmptyListExplainsAndOffersTheFirstStep() {
    assertThat(emptyForWriter)
        .contains("No providers yet", "Store the key", "Create the provider", "Connect your app")
        .contains(
            "Create a provider for each upstream you use: OpenAI, Anthropic, Google AI, AWS Bedrock,"
                + " or an OpenAI-compatible endpoint.")
        .contains("href=\"/providers/-/new\"")
        .doesNotContain("<table", "Filter</summary>");
    assertThat(emptyForReader).contains("No providers yet").doesNotContain("/providers/-/new");
  }

  @Test
  void theButtonOfAWriterLeadsToTheForm() throws Exception {
    assertThat(writer.get("/providers").body())
        .containsPattern(
            "<a[^>]*href=\"/providers/-/new\"><svg[^>]*><use[^>]*>(</use>)?</svg>Create provider</a>");
    assertThat(writer.get("/providers/-/new").body()).contains("<h1>Create LLM provider</h1>");
  }

  @Test
  void theSidebarLeadsToProvidersAndUnderGovernanceToCosts() {
    assertThat(emptyForReader)
        .containsPattern("<a href=\"/providers\" aria-current=\"page\">.{0,200}LLM Providers</a>");
    assertThat(Html.between(emptyForReader, "id=\"governance\">Governance</h2>", "</ul>"))
        .containsPattern("<a href=\"/cost\"[^>]*>.{0,200}Cost &amp; Usage</a>");
  }

  private static String all() throws Exception {
    return reader.get("/providers?page_size=25").body();
  }

  private static String row(String page, String name) {
    return Html.row(page, "href=\"/providers/" + name + "\"");
  }

  private static List<String> names(String page) {
    return Html.all("<a href=\"/providers/([a-z][a-z0-9-]*)\">", page);
  }
}
