package dev.adp.portal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The Overview of a provider, card by card, as a browser without script gets it. */
class ProviderDetailPageTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final SecretRef KEY = new SecretRef("DETAIL_KEY");
  private static final ResourceId PII = new ResourceId("pii-eu");
  private static final AwsRegion FRANKFURT = new AwsRegion("eu-central-1");
  private static final String ROLE = "arn:aws:iam::123456789012:role/BedrockRole";
  private static final String OPUS = "claude-opus-5-5";
  private static final String HAIKU = "claude-haiku-4-5";
  private static final Transcripts INPUTS = new Transcripts(true, false);
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  /**
   * A configuration and what the Connection card says of it.
   *
   * @param addresses what is there to copy, behind the proxy URL and the discovery URL
   * @param facts what follows type and status, but for the transcripts
   */
  record Card(
      String provider, ProviderConfig config, String type, String addresses, String facts) {}

  static Stream<Card> cards() {
    return Stream.concat(cardsWithKeys(), cardsOfBedrock());
  }

  private static Stream<Card> cardsWithKeys() {
    String off = "Authorization passthrough: Off";
    return Stream.of(
        new Card(
            "openai",
            new ProviderConfig.OpenAi(Optional.empty(), KEY),
            "OpenAI",
            "Base URL: https://api.openai.com/v1\nAPI key ref: DETAIL_KEY",
            off),
        new Card(
            "anthropic",
            new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY)),
            "Anthropic",
            "Base URL: https://api.anthropic.com\nAPI key ref: DETAIL_KEY",
            off),
        new Card(
            "passthrough",
            new ProviderConfig.Anthropic(
                Optional.of(BaseUrl.of("base_url", "https://claude.example.com")),
                Optional.empty()),
            "Anthropic",
            "Base URL: https://claude.example.com\nAPI key ref: None",
            "Authorization passthrough: On: clients send their own Authorization"),
        new Card(
            "google",
            new ProviderConfig.Google(Optional.empty(), KEY),
            "Google AI",
            "Base URL: https://generativelanguage.googleapis.com\nAPI key ref: DETAIL_KEY",
            off),
        new Card(
            "compatible",
            new ProviderConfig.OpenAiCompatible(
                BaseUrl.of("base_url", "http://127.0.0.1:8000/v1"), Optional.empty(), true),
            "OpenAI-compatible",
            "Base URL: http://127.0.0.1:8000/v1\nAPI key ref: None",
            off));
  }

  private static Stream<Card> cardsOfBedrock() {
    String facts =
        "Authorization passthrough: Off\nRegion: eu-central-1\nCredential type: %s\nGuardrail: %s";
    return Stream.of(
        new Card(
            "bedrock-chain",
            new ProviderConfig.Bedrock(
                FRANKFURT, Optional.empty(), new AwsCredential.DefaultChain(), Optional.of(PII)),
            "AWS Bedrock",
            "Base URL: https://bedrock-runtime.eu-central-1.amazonaws.com",
            facts.formatted("Default chain", "pii-eu")),
        new Card(
            "bedrock-keys",
            new ProviderConfig.Bedrock(
                FRANKFURT,
                Optional.of(BaseUrl.of("base_url", "https://vpce.example.com")),
                new AwsCredential.StaticKeys(KEY, KEY),
                Optional.empty()),
            "AWS Bedrock",
            "Base URL: https://vpce.example.com\nAccess key ID ref: DETAIL_KEY\n"
                + "Secret access key ref: DETAIL_KEY",
            facts.formatted("Static keys", "None")),
        new Card(
            "bedrock-role",
            new ProviderConfig.Bedrock(
                FRANKFURT,
                Optional.empty(),
                new AwsCredential.AssumeRole(ROLE, Optional.empty(), Optional.of("redpanda-adp")),
                Optional.empty()),
            "AWS Bedrock",
            "Base URL: https://bedrock-runtime.eu-central-1.amazonaws.com\nRole ARN: "
                + ROLE
                + "\nExternal ID: None\nSession name: redpanda-adp",
            facts.formatted("Assume IAM role", "None")));
  }

  @BeforeAll
  static void fill() throws Exception {
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    portal
        .repository()
        .guardrails()
        .create(
            PortalExtension.ADMIN,
            new Guardrail.Draft(PII, "PII", "", true, FRANKFURT, "gr4k7l2m9xyz", "1"));
    cards().forEach(card -> create(card.provider(), true, card.config(), Transcripts.OFF));
    var config = new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY));
    var cheaper =
        new Rates(
            Optional.of(80_000_000L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    create(
        "busy",
        true,
        config,
        Transcripts.OFF,
        new ProviderModel(HAIKU, cheaper),
        new ProviderModel("my-model", Rates.NONE),
        new ProviderModel(OPUS, Rates.NONE));
    create("quiet", false, config, INPUTS, new ProviderModel(HAIKU, Rates.NONE));
    use(HAIKU, 3, "2, 0, 0, 0", "1000, 500", "300000000, 200000000");
    use(OPUS, 1, "5, 0, 0, 0", "4000, 1500", "400000000, 300000000");
    use(OPUS, 9, "99, 0, 0, 0", "1000000, 1000000", "90000000000, 90000000000");
    writer = portal.signedIn("writer");
  }

  private static void create(
      String name,
      boolean enabled,
      ProviderConfig config,
      Transcripts transcripts,
      ProviderModel... models) {
    portal
        .repository()
        .providers()
        .create(
            PortalExtension.ADMIN,
            new LlmProvider.Draft(
                new ResourceId(name), name, "", enabled, config, List.of(models), transcripts),
            List.of());
  }

  /**
   * Usage of the busy provider.
   *
   * @param requests all, failed, without usage; and tokens without a price
   * @param tokens input and output
   * @param costs of both, in microcents
   */
  private static void use(String model, int daysAgo, String requests, String tokens, String costs)
      throws SQLException {
    portal.sql(
        """
        insert into usage_rollup
        select date_trunc('day', now(), 'UTC') - interval '%d days', uid, type, '%s', 'maya', '',
          %s, %s, 0, 0, 0, 0, 0, 0, %s, 0, 0, 0, 0, 0, 0
        from llm_provider where name = 'busy'
        """
            .formatted(daysAgo, model, requests, tokens, costs));
  }

  @ParameterizedTest
  @MethodSource("cards")
  void theConnectionCardSaysAllOfAConfiguration(Card card) throws Exception {
    String page = overview(card.provider());
    assertThat(connection(page))
        .isEqualTo(
            """
            Proxy URL: https://gateway.example.com/llm/v1/providers/%s
            Discovery URL: https://gateway.example.com/.well-known/openid-configuration
            %s
            Provider type: %s
            Status: Active
            %s
            Transcripts: Off"""
                .formatted(card.provider(), card.addresses(), card.type(), card.facts()));
    assertThat(page)
        .contains("data-copy=\"https://gateway.example.com/llm/v1/providers/" + card.provider())
        .contains("data-copy=\"" + card.config().upstream() + "\"");
  }

  @Test
  void theConnectionCardSaysWhetherItIsDisabledAndWhatItRecords() throws Exception {
    assertThat(connection(overview("quiet")))
        .contains("Status: Disabled\n")
        .endsWith("Transcripts: Inputs recorded");
  }

  @Test
  void threeFiguresOfSevenDaysHaveTheirLineAndLeadOn() throws Exception {
    String page = overview("busy");
    assertThat(page).contains("<h2 id=\"kpi-title\">Last 7 days</h2>");
    List<String> figures = Html.all("<div class=\"kpi\">(.*?)</svg>", page);
    assertThat(figures.stream().map(Html::text))
        .containsExactly(
            "Total spend View more of Total spend $12.00",
            "Requests View more of Requests 7",
            "Tokens View more of Tokens 7K");
    assertThat(figures)
        .allSatisfy(
            figure ->
                assertThat(figure)
                    .contains("<a href=\"/cost?range=7d&amp;provider=busy&amp;tz=UTC\">View more"));
    assertThat(figures.get(0)).contains(line(500_000_000L, 700_000_000L));
    assertThat(figures.get(1)).contains(line(2, 5));
    assertThat(figures.get(2)).contains(line(1500, 5500));
  }

  /** The line of what was used three days ago and yesterday. */
  private static String line(long before, long yesterday) {
    return "d=\"%s\""
        .formatted(Sparkline.wide(List.of(0L, 0L, 0L, before, 0L, yesterday, 0L)).path());
  }

  @Test
  void eachModelHasItsPricesAndItsSpend() throws Exception {
    assertThat(models(overview("busy")))
        .containsExactly(
            OPUS + " $4.00 $20.00 $7.00 58.3%",
            HAIKU + " Override $0.80 $1.00 $5.00 $5.00 41.7%",
            "my-model – – $0.00 0.0%");
  }

  @Test
  void anOverrideIsOfOneProviderAlone() throws Exception {
    assertThat(models(overview("quiet"))).containsExactly(HAIKU + " $1.00 $5.00 $0.00 –");
  }

  @Test
  void withoutAListEveryModelMayBeCalled() throws Exception {
    assertThat(overview("openai")).contains("Every model the upstream serves may be called.");
    assertThat(overview("busy")).doesNotContain("Every model the upstream serves may be called.");
  }

  @Test
  void thereAreTwoTabs() throws Exception {
    for (String tab : List.of("Overview", "Connect")) {
      String path = "/providers/busy" + (tab.equals("Connect") ? "/connect" : "");
      String tabs =
          Html.between(
              writer.get(path).body(), "<nav class=\"tabs\" aria-label=\"Provider\">", "</nav>");
      assertThat(Html.all("<a [^>]*>([^<]*)</a>", tabs)).containsExactly("Overview", "Connect");
      assertThat(Html.all("<a [^>]*aria-current=\"page\"[^>]*>([^<]*)</a>", tabs))
          .containsExactly(tab);
    }
  }

  @Test
  void theCardsStandInTheOrderOfTheirUse() throws Exception {
    assertThat(overview("busy"))
        .containsSubsequence(
            ">Last 7 days</h2>",
            ">Connection</h2>",
            ">Models</h2>",
            ">Verify connection</h2>",
            ">Connect your app</h2>",
            ">Delete this provider</h2>");
  }

  @Test
  void aModelToTestIsPickedFromThoseThatThereAre() throws Exception {
    String listed = Html.between(overview("busy"), "<select id=\"verify_model\"", "</select>");
    assertThat(Html.all("<option[^>]*value=\"([^\"]*)\"", listed))
        .containsExactly(HAIKU, "my-model", OPUS);
    String open = overview("anthropic");
    assertThat(open)
        .containsPattern(
            "<input id=\"verify_model\"[^>]*list=\"verify_models\"[^>]*value=\"claude-");
    assertThat(
            Html.all(
                "<option value=\"([^\"]*)\"",
                Html.between(open, "<datalist id=\"verify_models\">", "</datalist>")))
        .contains(HAIKU, OPUS);
    assertThat(overview("compatible")).doesNotContain("<datalist id=\"verify_models\"");
  }

  /** The first that the catalogue knows may have been retired, or be called elsewhere. */
  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5.4-mini",
    "anthropic, claude-sonnet-5",
    "google, gemini-3.5-flash",
    "bedrock-chain, global.anthropic.claude-sonnet-5"
  })
  void whereEveryModelIsAllowedThatOfTheExamplesIsProposed(String provider, String model)
      throws Exception {
    String page = overview(provider);
    assertThat(Html.between(page, "<input id=\"verify_model\"", ">"))
        .contains("value=\"" + model + "\"");
    assertThat(Html.between(page, "id=\"cmd-0\"", "</code>")).contains(model);
  }

  @Test
  void modelsOfBedrockThatItsRegionCannotCallAreNotProposed() throws Exception {
    List<String> offered =
        Html.all(
            "<option value=\"([^\"]*)\"",
            Html.between(
                overview("bedrock-chain"), "<datalist id=\"verify_models\">", "</datalist>"));
    assertThat(offered)
        .anyMatch(model -> model.startsWith("eu."))
        .noneMatch(model -> model.matches("(us|apac|au|jp)\\..*"));
  }

  @Test
  void theCommandsAreThoseThatTheTestIsLike() throws Exception {
    String verify = Html.between(overview("openai"), "id=\"verify\"", "</section>");
    assertThat(verify).contains("Show commands</summary>");
    assertThat(Html.between(verify, "id=\"cmd-0\"", "</code>"))
        .contains("curl ", "https://gateway.example.com/llm/v1/providers/openai");
    assertThat(Html.between(verify, "id=\"cmd-1\"", "</code>"))
        .contains("pip install openai", "https://gateway.example.com/llm/v1/providers/openai");
  }

  @Test
  void whatCannotBeUndoneIsSaidWhereItIsDone() throws Exception {
    String page = overview("busy");
    assertThat(page)
        .contains("href=\"/providers/busy/edit\"", "action=\"/providers/busy/disable\"");
    assertThat(Html.text(Html.between(page, "aria-labelledby=\"del-title\"", "</section>")))
        .contains("The action is permanent.")
        .contains("In-flight requests fail and downstream clients receive errors")
        .endsWith("Delete");
    assertThat(overview("quiet")).contains("action=\"/providers/quiet/enable\"");
  }

  private static String overview(String provider) throws Exception {
    return writer.get("/providers/" + provider).body();
  }

  /** Every label of the Connection card with its value, a line each. */
  private static String connection(String page) {
    String card = Html.between(page, "aria-labelledby=\"conn-title\"", "</section>");
    return Pattern.compile("<dt[^>]*>([^<]*)</dt>\\s*<dd[^>]*>(.*?)</dd>", Pattern.DOTALL)
        .matcher(card)
        .results()
        .map(fact -> fact.group(1) + ": " + Html.text(fact.group(2)))
        .collect(joining("\n"));
  }

  /** The rows of the models, as they read. */
  private static List<String> models(String page) {
    String card = Html.between(page, "aria-labelledby=\"models-title\"", "</section>");
    String rows = Html.between(card, "<tbody>", "</tbody>");
    return Html.all("<tr>(.*?)</tr>", rows).stream().map(Html::text).toList();
  }
}
