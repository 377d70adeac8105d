package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Actor;
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
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every provider type through the form, as a browser without script sends it. */
class ProviderTypesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final Actor ADMIN = PortalExtension.ADMIN;
  private static final SecretRef KEY = new SecretRef("TYPES_KEY");
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal.repository().secrets().create(ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    portal
        .repository()
        .guardrails()
        .create(
            ADMIN,
            new Guardrail.Draft(
                new ResourceId("pii-eu"),
                "PII",
                "",
                true,
                new AwsRegion("eu-central-1"),
                "gr4k7l2m9xyz",
                "1"));
    writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
  }

  @Test
  void anthropicWithAKey() throws Exception {
    assertThat(created("anthropic", "Claude", "anthropic_api_key_ref", KEY.value()).config())
        .isEqualTo(new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY)));
    assertThat(editedUnchanged("claude"))
        .isEqualTo(new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY)));
  }

  @Test
  void anthropicWithPassthrough() throws Exception {
    LlmProvider provider = created("anthropic", "Own plans", "anthropic_passthrough", "on");
    assertThat(provider.config())
        .isEqualTo(new ProviderConfig.Anthropic(Optional.empty(), Optional.empty()));
    String page = writer.get("/providers/own-plans").body();
    assertThat(page).contains("On: clients send their own Authorization");
    assertThat(writer.get("/providers/own-plans/edit").body())
        .containsPattern("name=\"anthropic_passthrough\"[^>]*checked");
  }

  @Test
  void google() throws Exception {
    assertThat(created("google", "Gemini", "google_api_key_ref", KEY.value()).config())
        .isEqualTo(new ProviderConfig.Google(Optional.empty(), KEY));
  }

  @Test
  void bedrockWithTheDefaultChainAndAGuardrail() throws Exception {
    var expected =
        new ProviderConfig.Bedrock(
            new AwsRegion("eu-central-1"),
            Optional.empty(),
            new AwsCredential.DefaultChain(),
            Optional.of(new ResourceId("pii-eu")));
    assertThat(
            created(
                    "bedrock",
                    "Bedrock EU",
                    "bedrock_region",
                    "eu-central-1",
                    "bedrock_credential",
                    "default_chain",
                    "bedrock_guardrail",
                    "pii-eu")
                .config())
        .isEqualTo(expected);
    assertThat(editedUnchanged("bedrock-eu")).isEqualTo(expected);
    assertThat(writer.get("/providers/bedrock-eu").body())
        .contains("eu-central-1", "Default chain", "pii-eu")
        .contains("https://bedrock-runtime.eu-central-1.amazonaws.com");
  }

  @Test
  void bedrockWithNewStaticKeys() throws Exception {
    assertThat(
            created(
                    "bedrock",
                    "Bedrock keys",
                    "bedrock_region",
                    "us-east-1",
                    "bedrock_credential",
                    "static_keys",
                    "bedrock_access_key_id_ref_source",
                    "new",
                    "bedrock_access_key_id_ref_new_name",
                    "AWS_ACCESS_KEY_ID",
                    "bedrock_access_key_id_ref_new_value",
                    "AKIA",
                    "bedrock_secret_access_key_ref",
                    KEY.value())
                .config())
        .isEqualTo(
            new ProviderConfig.Bedrock(
                new AwsRegion("us-east-1"),
                Optional.empty(),
                new AwsCredential.StaticKeys(new SecretRef("AWS_ACCESS_KEY_ID"), KEY),
                Optional.empty()));
    assertThat(writer.get("/providers/bedrock-keys").body())
        .contains("Access key ID ref", "AWS_ACCESS_KEY_ID", "Secret access key ref")
        .doesNotContain("AKIA");
  }

  @Test
  void bedrockWithARole() throws Exception {
    String arn = "arn:aws:iam::123456789012:role/BedrockRole";
    var expected =
        new ProviderConfig.Bedrock(
            new AwsRegion("us-east-1"),
            Optional.of(BaseUrl.of("base_url", "https://vpce.example.com")),
            new AwsCredential.AssumeRole(arn, Optional.of("ext"), Optional.of("redpanda-adp")),
            Optional.empty());
    assertThat(
            created(
                    "bedrock",
                    "Bedrock role",
                    "bedrock_region",
                    "us-east-1",
                    "bedrock_base_url",
                    "https://vpce.example.com",
                    "bedrock_credential",
                    "assume_role",
                    "bedrock_role_arn",
                    arn,
                    "bedrock_external_id",
                    "ext",
                    "bedrock_session_name",
                    "redpanda-adp")
                .config())
        .isEqualTo(expected);
    assertThat(editedUnchanged("bedrock-role")).isEqualTo(expected);
  }

  @Test
  void aGuardrailOfAnotherRegionIsSaidAtItsField() throws Exception {
    HttpResponse<String> page =
        create(
            "bedrock",
            "Bedrock wrong",
            "bedrock_region",
            "us-east-1",
            "bedrock_guardrail",
            "pii-eu");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("id=\"bedrock_guardrail-error\"", "is in region eu-central-1")
        .containsPattern("value=\"pii-eu\"[^>]*selected");
  }

  @Test
  void aGuardrailThatIsGoneStaysInTheSelector() throws Exception {
    HttpResponse<String> page =
        create(
            "bedrock", "Bedrock gone", "bedrock_region", "us-east-1", "bedrock_guardrail", "gone");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("gone · not found")
        .containsPattern("value=\"gone\"[^>]*selected");
  }

  @Test
  void compatibleWithoutAKey() throws Exception {
    LlmProvider provider =
        created(
            "openai_compatible",
            "vLLM",
            "openai_compatible_base_url",
            "http://127.0.0.1:8000/v1",
            "openai_compatible_models",
            "meta-llama/Llama-3.3-70B-Instruct\nqwen3:8b");
    assertThat(provider.config())
        .isEqualTo(
            new ProviderConfig.OpenAiCompatible(
                BaseUrl.of("base_url", "http://127.0.0.1:8000/v1"), Optional.empty(), false));
    assertThat(provider.models())
        .extracting(ProviderModel::name)
        .containsExactly("meta-llama/Llama-3.3-70B-Instruct", "qwen3:8b");
  }

  @Test
  void profilesStandByGeographyThoseOfTheRegionFirst() throws Exception {
    String page =
        create(
                "bedrock",
                "Bedrock pick",
                "bedrock_region",
                "eu-central-1",
                "bedrock_models",
                "anthropic.claude-3-haiku-20240307-v1:0",
                "show_models",
                "bedrock")
            .body();
    assertThat(
            Html.all("<th colspan=\"5\" scope=\"rowgroup\">(.*?)</th>", page).stream()
                .map(Html::text))
        .containsExactly(
            "Typed identifiers",
            "eu. EU regions",
            "global. Any region; routes for lowest cost",
            "us. US regions Not callable from eu-central-1",
            "apac. Asia-Pacific regions Not callable from eu-central-1",
            "au. Australia regions Not callable from eu-central-1",
            "jp. Japan regions Not callable from eu-central-1");
    List<String> models = Html.all("name=\"bedrock_models\"[^>]*value=\"([^\"]*)\"", page);
    assertThat(models.getFirst()).isEqualTo("anthropic.claude-3-haiku-20240307-v1:0");
    assertThat(models.subList(1, models.size()))
        .as("profiles, and no ids of foundation models")
        .hasSizeGreaterThan(50)
        .allMatch(model -> model.matches("(us|eu|apac|au|jp|global)\\..+"));
  }

  @Test
  void pricesAreOverriddenBucketByBucketAndReset() throws Exception {
    created("google", "Priced", "google_api_key_ref", KEY.value(), "google_models", MODEL);
    String dialog = press("price", MODEL).body();
    assertThat(dialog).contains("<dialog", "placeholder=\"2.00\"", "Catalog rate");
    HttpResponse<String> wrong =
        press("save_pricing", "1", "pricing_model", MODEL, "rate_output_per_million", "a lot");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("id=\"rate_output_per_million-error\"", "value=\"a lot\"");
    String saved =
        press(
                "save_pricing",
                "1",
                "pricing_model",
                MODEL,
                "rate_input_per_million",
                "$1.60",
                "rate_cached_input_per_million",
                "0")
            .body();
    assertThat(saved)
        .doesNotContain("<dialog")
        .contains(
            "Override</span>", "$1.60</b>", "value=\"cached_input_per_million 0 " + MODEL + "\"");
    save("google_rate", "input_per_million $1.60 " + MODEL);
    assertThat(stored("priced").models())
        .containsExactly(
            new ProviderModel(
                MODEL,
                new Rates(
                    Optional.of(160_000_000L),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
    String reset =
        press("reset_rate", "all", "pricing_model", MODEL, "rate_input_per_million", "1.2345")
            .body();
    assertThat(reset).contains("<dialog").doesNotContain("1.2345");
    save();
    assertThat(stored("priced").models()).containsExactly(new ProviderModel(MODEL, Rates.NONE));
  }

  private static final String MODEL = "gemini-3-pro-preview";

  /** Presses a button on the edit page of the provider "priced". */
  private static HttpResponse<String> press(String... more) throws Exception {
    return submitPriced(more);
  }

  private static void save(String... more) throws Exception {
    assertThat(submitPriced(more).statusCode()).isEqualTo(303);
  }

  private static HttpResponse<String> submitPriced(String... more) throws Exception {
    var fields =
        new ArrayList<>(
            List.of(
                "name",
                "priced",
                "display_name",
                "Priced",
                "type",
                "google",
                "google_api_key_ref",
                KEY.value(),
                "google_models",
                MODEL,
                "etag",
                stored("priced").etag()));
    fields.addAll(List.of(more));
    return writer.submit("/providers/priced", fields.toArray(String[]::new));
  }

  private static LlmProvider created(String type, String displayName, String... fields)
      throws Exception {
    HttpResponse<String> answer = create(type, displayName, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    String path = answer.headers().firstValue("location").orElseThrow();
    return stored(path.substring(path.lastIndexOf('/') + 1));
  }

  private static HttpResponse<String> create(String type, String displayName, String... fields)
      throws Exception {
    var all = new ArrayList<>(List.of("type", type, "display_name", displayName));
    all.addAll(List.of(fields));
    return writer.submit("/providers", all.toArray(String[]::new));
  }

  /** Opens the edit page and sends just what it holds. */
  private static ProviderConfig editedUnchanged(String name) throws Exception {
    String page = writer.get("/providers/" + name + "/edit").body();
    assertThat(writer.submit("/providers/" + name, FormFields.of(page)).statusCode())
        .isEqualTo(303);
    return stored(name).config();
  }

  private static LlmProvider stored(String name) {
    return portal.repository().providers().get(ADMIN, new ResourceId(name));
  }
}
