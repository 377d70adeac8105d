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
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the form of a provider has, demands, refuses and lets people change, without script. */
class ProviderFormPageTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final Actor ADMIN = PortalExtension.ADMIN;
  private static final SecretRef KEY = new SecretRef("FORM_KEY");
  private static final SecretRef OTHER_KEY = new SecretRef("ROTATED_BY_HAND");
  private static final String MISSING = "NO_SUCH_THING";
  private static final String FRANKFURT = "eu-central-1";
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));
  private static String blank = "";

  @BeforeAll
  static void prepare() throws Exception {
    for (SecretRef key : List.of(KEY, OTHER_KEY)) {
      portal.repository().secrets().create(ADMIN, NewSecret.ofText(key, "value"), Map.of());
    }
    guardrail("pii-eu");
    guardrail("leaving");
    portal.sql("update guardrail set state = 'DELETING' where name = 'leaving'");
    writer = portal.signedIn("writer");
    blank = writer.get("/providers/-/new").body();
  }

  private static void guardrail(String name) {
    portal
        .repository()
        .guardrails()
        .create(
            ADMIN,
            new Guardrail.Draft(
                new ResourceId(name), name, "", true, new AwsRegion(FRANKFURT), "gr4k7l2m", "1"));
  }

  @Test
  void fiveTypesSayWhenToUseThem() {
    assertThat(Html.all("<label class=\"ptype\">(.*?)</label>", blank).stream().map(Html::text))
        .satisfiesExactly(
            card -> assertThat(card).startsWith("OpenAI Proxy GPT, o-series, and embeddings"),
            card -> assertThat(card).startsWith("Anthropic Call Claude Opus, Sonnet, and Haiku"),
            card -> assertThat(card).startsWith("Google AI Reach Gemini Pro, Flash, and"),
            card ->
                assertThat(card)
                    .startsWith("AWS Bedrock Invoke foundation models (Claude, Llama, Titan, Nova,")
                    .contains("(static, STS-assumed role, or the default credential chain)"),
            card ->
                assertThat(card)
                    .startsWith("OpenAI-compatible Point at any OpenAI-compatible endpoint")
                    .endsWith("Requires a Base URL. Authentication is optional."));
  }

  /** No list but that of Bedrock has a guardrail. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai | API key reference; Secret name; Value; Base URL Optional",
        "anthropic | API key reference; Secret name; Value; Base URL Optional",
        "google | API key reference; Secret name; Value; Base URL Optional",
        "bedrock | Region; Base URL Optional; Credential type; Access key ID reference; Secret name;"
            + " Value; Secret access key reference; Secret name; Value; Role ARN;"
            + " External ID Optional; Session name Optional; Guardrail Optional",
        "compatible | Base URL; API key reference Optional; Secret name; Value"
      })
  void eachTypeHasItsOwnFields(String section, String fields) {
    assertThat(
            Html.all(
                    "<(?:label|legend) class=\"form-label\"[^>]*>(.*?)</(?:label|legend)>",
                    section(section))
                .stream()
                .map(Html::text))
        .containsExactly(fields.split("; ", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "openai, https://api.openai.com/v1, Leave empty for the standard OpenAI API",
    "anthropic, https://api.anthropic.com, Leave empty for the standard Anthropic API",
    "google, https://generativelanguage.googleapis.com, Leave empty for the standard Google AI API",
    "bedrock, https://bedrock-runtime.…, Overrides the regional endpoint"
  })
  void anOptionalBaseUrlSaysWhatHoldsWithoutIt(String type, String placeholder, String hint) {
    assertThat(section(type))
        .containsPattern("id=\"%s_base_url\"[^>]*placeholder=\"%s\"".formatted(type, placeholder))
        .contains(hint);
  }

  @Test
  void theFormSaysWhatConcernsOneTypeAlone() {
    assertThat(Html.text(section("google")))
        .contains("the x-goog-api-key header, not with Authorization: Bearer");
    assertThat(Html.text(section("anthropic")))
        .contains("Authorization passthrough Forwards each client’s own Authorization header");
    assertThat(section("anthropic"))
        .doesNotContainPattern("id=\"anthropic_passthrough\"[^>]*checked");
    assertThat(section("bedrock"))
        .containsPattern("value=\"default_chain\"[^>]*checked")
        .contains("environment variables, shared config, EKS Pod Identity, IRSA")
        .contains("<option value=\"\">None</option>");
    assertThat(Html.text(blank))
        .contains("Take global. for the headline rate;")
        .contains("eu. or apac. when data residency matters, for about 10% more, as with all geo");
  }

  @Test
  void thePolicyThatBedrockNeedsIsThereToCopy() {
    String section = section("bedrock");
    assertThat(section).contains("Show IAM policy</summary>", "data-copy=\"#policy\"");
    String code = Html.between(section, "<code id=\"policy\"", "</code>");
    var policy = new JsonObject(Html.text(code));
    JsonObject statement = policy.getJsonArray("Statement").getJsonObject(0);
    assertThat(statement.getString("Effect")).isEqualTo("Allow");
    assertThat(statement.getJsonArray("Action"))
        .isEqualTo(JsonArray.of("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"));
    assertThat(statement.getJsonArray("Resource"))
        .isEqualTo(
            JsonArray.of(
                "arn:aws:bedrock:*::foundation-model/*",
                "arn:aws:bedrock:*:*:inference-profile/*"));
    assertThat(Html.text(section))
        .contains("For production, name models and regions instead of wildcards.")
        .contains(
            "arn:aws:bedrock:{region}:{account-id}:application-inference-profile/{profile-id}");
  }

  @ParameterizedTest
  @CsvSource({
    "openai, openai_api_key_ref",
    "anthropic, anthropic_api_key_ref",
    "google, google_api_key_ref",
    "bedrock, bedrock_region",
    "openai_compatible, openai_compatible_base_url"
  })
  void whatIsRequiredAndEmptyIsSaidAtItsField(String type, String field) throws Exception {
    String name = "empty-" + type.replace('_', '-');
    HttpResponse<String> page = create(type, name);
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("id=\"" + field + "-error\"", "href=\"#" + field + "\"")
        .contains("The provider was not created. 1 field needs a change");
    assertThat(writer.get("/providers/" + name).statusCode()).isEqualTo(404);
  }

  @Test
  void withoutANameAndATypeNothingIsCreated() throws Exception {
    HttpResponse<String> page = writer.submit("/providers");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("id=\"display_name-error\"", "id=\"name-error\"", "id=\"type-error\"");
  }

  @Test
  void namesHaveALength() throws Exception {
    HttpResponse<String> longer =
        submit("openai", "d".repeat(254), "n".repeat(64), "openai_api_key_ref", KEY.value());
    assertThat(longer.statusCode()).isEqualTo(422);
    assertThat(problem(longer.body(), "display_name"))
        .isEqualTo("Must have at most 253 characters.");
    assertThat(problem(longer.body(), "name")).isEqualTo("Must have at most 63 characters.");
    HttpResponse<String> longest =
        submit("openai", "d".repeat(253), "n".repeat(63), "openai_api_key_ref", KEY.value());
    assertThat(longest.statusCode()).isEqualTo(303);
    assertThat(stored("n".repeat(63)).displayName()).hasSize(253);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Team", "team_a", "1team", "-team", "te am", "team.a"})
  void aResourceIdHasLowercaseLettersNumbersAndHyphens(String name) throws Exception {
    HttpResponse<String> page = submit("openai", "Odd", name, "openai_api_key_ref", KEY.value());
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(problem(page.body(), "name")).startsWith("Must match ^[a-z][a-z0-9-]*$");
  }

  @Test
  void aSecretIsPickedFromTheStoreOrMadeHere() {
    assertThat(Html.text(section("openai"))).contains("API key reference Existing New");
    assertThat(section("openai")).contains("list=\"secrets\"");
    String offered = Html.between(blank, "<datalist id=\"secrets\">", "</datalist>");
    assertThat(Html.all("value=\"([^\"]*)\"", offered))
        .containsExactly(KEY.value(), OTHER_KEY.value());
  }

  /** On creating as on updating, for each type that was given a reference. */
  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic", "google", "bedrock", "openai_compatible"})
  void aReferenceMustBeOfASecretThatThereIs(String type) throws Exception {
    String name = "refers-" + type.replace('_', '-');
    String notFound = "secret &quot;" + MISSING + "&quot; not found";
    HttpResponse<String> refused = create(type, name, complete(type, MISSING));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains(notFound);
    assertThat(create(type, name, complete(type, "lower_case")).body())
        .contains("Must be UPPER_SNAKE_CASE");
    assertThat(create(type, name, complete(type, KEY.value())).statusCode()).isEqualTo(303);
    LlmProvider created = stored(name);
    HttpResponse<String> update = update(created, type, name, complete(type, MISSING));
    assertThat(update.statusCode()).isEqualTo(422);
    assertThat(update.body()).contains(notFound, "The provider was not saved.");
    assertThat(stored(name)).isEqualTo(created);
  }

  /** All that a type demands, with this reference wherever it has one. */
  private static String[] complete(String type, String ref) {
    return switch (type) {
      case "bedrock" ->
          new String[] {
            "bedrock_region", FRANKFURT,
            "bedrock_credential", "static_keys",
            "bedrock_access_key_id_ref", ref,
            "bedrock_secret_access_key_ref", ref
          };
      case "openai_compatible" ->
          new String[] {
            "openai_compatible_base_url",
            "http://127.0.0.1:8000/v1",
            "openai_compatible_api_key_ref",
            ref
          };
      default -> new String[] {type + "_api_key_ref", ref};
    };
  }

  @ParameterizedTest
  @CsvSource({
    "gone, guardrail \"gone\" not found, gone · not found",
    "leaving, guardrail \"leaving\" is being deleted, leaving · eu-central-1 · being deleted"
  })
  void aGuardrailMustBeThereToStay(String guardrail, String problem, String option)
      throws Exception {
    HttpResponse<String> page =
        create("bedrock", "guarded", "bedrock_region", FRANKFURT, "bedrock_guardrail", guardrail);
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(problem(page.body(), "bedrock_guardrail")).startsWith(problem);
    assertThat(page.body()).contains(">" + option + "</option>");
    assertThat(writer.get("/providers/guarded").statusCode()).isEqualTo(404);
  }

  @Test
  void nothingIsRecordedUnlessSomebodySaysSo() throws Exception {
    for (String toggle : List.of("record_inputs", "record_outputs")) {
      assertThat(blank)
          .contains("id=\"" + toggle + "\"")
          .doesNotContainPattern("id=\"" + toggle + "\"[^>]*checked");
    }
    assertThat(blank).contains("A change takes effect for new requests.");
    assertThat(recording("silent")).isEqualTo(Transcripts.OFF);
    assertThat(recording("hears", "record_inputs", "on")).isEqualTo(new Transcripts(true, false));
    assertThat(recording("tells", "record_outputs", "on")).isEqualTo(new Transcripts(false, true));
  }

  private static Transcripts recording(String name, String... toggles) throws Exception {
    var fields = new ArrayList<>(List.of(complete("openai", KEY.value())));
    fields.addAll(List.of(toggles));
    assertThat(create("openai", name, fields.toArray(String[]::new)).statusCode()).isEqualTo(303);
    return stored(name).draft().transcripts();
  }

  @Test
  void nameAndTypeStayWhatTheyAre() throws Exception {
    assertThat(create("openai", "fixed", complete("openai", KEY.value())).statusCode())
        .isEqualTo(303);
    LlmProvider created = stored("fixed");
    String page = writer.get("/providers/fixed/edit").body();
    assertThat(page)
        .containsPattern("<input id=\"name\"[^>]*readonly")
        .contains("Cannot change.", "<input type=\"hidden\" name=\"type\" value=\"openai\"")
        .doesNotContain("<label class=\"ptype\"");
    HttpResponse<String> name = update(created, "openai", "other", complete("openai", KEY.value()));
    assertThat(name.statusCode()).isEqualTo(422);
    assertThat(problem(name.body(), "name")).contains("cannot be changed after creation");
    HttpResponse<String> type = update(created, "google", "fixed", complete("google", KEY.value()));
    assertThat(type.statusCode()).isEqualTo(422);
    assertThat(type.body())
        .contains("<a href=\"#type\">Provider type</a>: cannot be changed after creation");
    assertThat(stored("fixed")).isEqualTo(created);
    assertThat(writer.get("/providers/other").statusCode()).isEqualTo(404);
  }

  @Test
  void everythingElseCanBeChanged() throws Exception {
    assertThat(create("openai", "changing", complete("openai", KEY.value())).statusCode())
        .isEqualTo(303);
    var fields = new ArrayList<>(List.of(complete("openai", OTHER_KEY.value())));
    fields.addAll(List.of("openai_base_url", "https://azure.example.com/openai"));
    fields.addAll(List.of("openai_models", "gpt-5.4-mini"));
    fields.addAll(List.of("record_inputs", "on", "record_outputs", "on"));
    HttpResponse<String> saved =
        update(stored("changing"), "openai", "changing", fields.toArray(String[]::new));
    assertThat(saved.statusCode()).isEqualTo(303);
    LlmProvider changed = stored("changing");
    assertThat(changed.displayName()).isEqualTo("Changed");
    assertThat(changed.config())
        .isEqualTo(
            new ProviderConfig.OpenAi(
                Optional.of(BaseUrl.of("base_url", "https://azure.example.com/openai")),
                OTHER_KEY));
    assertThat(changed.models()).extracting(ProviderModel::name).containsExactly("gpt-5.4-mini");
    assertThat(changed.draft().transcripts()).isEqualTo(new Transcripts(true, true));
  }

  @Test
  void everythingOfBedrockCanBeChanged() throws Exception {
    assertThat(create("bedrock", "moving", "bedrock_region", "us-east-1").statusCode())
        .isEqualTo(303);
    assertThat(stored("moving").config())
        .isEqualTo(
            new ProviderConfig.Bedrock(
                new AwsRegion("us-east-1"),
                Optional.empty(),
                new AwsCredential.DefaultChain(),
                Optional.empty()));
    var fields = new ArrayList<>(List.of(complete("bedrock", KEY.value())));
    fields.addAll(List.of("bedrock_guardrail", "pii-eu"));
    fields.addAll(List.of("bedrock_base_url", "https://vpce.example.com"));
    assertThat(
            update(stored("moving"), "bedrock", "moving", fields.toArray(String[]::new))
                .statusCode())
        .isEqualTo(303);
    assertThat(stored("moving").config())
        .isEqualTo(
            new ProviderConfig.Bedrock(
                new AwsRegion(FRANKFURT),
                Optional.of(BaseUrl.of("base_url", "https://vpce.example.com")),
                new AwsCredential.StaticKeys(KEY, KEY),
                Optional.of(new ResourceId("pii-eu"))));
  }

  /** The configuration of a type, from its heading on. */
  private static String section(String type) {
    return Html.between(blank, "<h2 id=\"s-" + type + "\"", "</section>");
  }

  /** What stands at a field that is wrong. */
  private static String problem(String page, String field) {
    return Html.text(Html.between(page, "id=\"" + field + "-error\"", "</div>"))
        .replaceFirst("^[^>]*>", "")
        .strip();
  }

  private static HttpResponse<String> create(String type, String name, String... fields)
      throws Exception {
    return submit(type, name, name, fields);
  }

  private static HttpResponse<String> submit(
      String type, String displayName, String name, String... fields) throws Exception {
    var all = new ArrayList<>(List.of("type", type, "display_name", displayName, "name", name));
    all.addAll(List.of(fields));
    return writer.submit("/providers", all.toArray(String[]::new));
  }

  /** Sends the form of a provider with another display name, and whatever else is changed. */
  private static HttpResponse<String> update(
      LlmProvider provider, String type, String name, String... fields) throws Exception {
    var all = new ArrayList<>(List.of("type", type, "display_name", "Changed", "name", name));
    all.addAll(List.of("etag", provider.etag()));
    all.addAll(List.of(fields));
    return writer.submit("/providers/" + provider.name(), all.toArray(String[]::new));
  }

  private static LlmProvider stored(String name) {
    return portal.repository().providers().get(ADMIN, new ResourceId(name));
  }
}
