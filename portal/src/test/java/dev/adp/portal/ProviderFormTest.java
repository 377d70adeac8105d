package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violations;
import dev.adp.portal.TypeFields.AwsFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderFormTest {
  @ParameterizedTest
  @CsvSource({
    "OpenAI production, openai-production",
    "Größe & Maß 2, gro-e-ma-2",
    "Crème brûlée, creme-brulee",
    "--- 42 is it, is-it",
    "'  ', ''",
    "日本, ''"
  })
  void aDisplayNameBecomesAResourceId(String displayName, String id) {
    assertThat(ProviderForm.slug(displayName)).isEqualTo(id);
  }

  @Test
  void aLongNameIsCutWithoutALooseHyphen() {
    assertThat(ProviderForm.slug("a".repeat(62) + " b")).isEqualTo("a".repeat(62));
  }

  @Test
  void identifiersComeOneALineOrWithCommas() {
    assertThat(TypeFields.identifiers(" gpt-6-sol,o3\n\n o3 \r\nqwen3:8b"))
        .containsExactly("gpt-6-sol", "o3", "qwen3:8b");
  }

  @Test
  void readsOnlyTheFieldsOfTheChosenType() {
    var form =
        form(
            "openai",
            Map.of(
                "openai",
                fields(SecretChoice.existing("KEY"), "", "o3"),
                "openai_compatible",
                fields(SecretChoice.existing("not a name"), "not a url")));
    LlmProvider.Draft draft = form.submission(Optional.empty()).draft();
    assertThat(draft.config())
        .isEqualTo(new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("KEY")));
    assertThat(draft.models()).extracting(ProviderModel::name).containsExactly("o3");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    var form =
        new ProviderForm(
            "",
            "Bad_Id",
            "openai",
            Map.of("openai", fields(newSecret("lower", ""), "ftp://x")),
            false,
            false,
            Optional.empty(),
            "");
    assertThat(problems(form))
        .containsExactly(
            "display_name",
            "name",
            "openai_api_key_ref_new_name",
            "openai_api_key_ref_new_value",
            "openai_base_url");
  }

  @Test
  void aNewSecretIsAskedForAgainWhenAnythingElseIsWrong() {
    var form =
        form(
            "openai_compatible",
            Map.of("openai_compatible", fields(newSecret("NEW_KEY", "s3cret"), "")));
    assertThat(problems(form))
        .containsExactly("openai_compatible_base_url", "openai_compatible_api_key_ref_new_value");
  }

  @Test
  void theValueOfANewSecretIsInNoText() {
    assertThat(newSecret("NEW_KEY", "s3cret").toString()).doesNotContain("s3cret");
  }

  @Test
  void aTypeMustBeChosen() {
    assertThat(problems(form("", Map.of()))).containsExactly("type");
  }

  @Test
  void editingKeepsWhatThePageCannotSay() {
    var form =
        form("openai", Map.of("openai", fields(SecretChoice.existing("KEY"), "", "o3", "new")));
    LlmProvider.Draft first = form.submission(Optional.empty()).draft();
    var before =
        new LlmProvider.Draft(
            first.name(),
            "Old",
            "What it is for",
            false,
            first.config(),
            first.models(),
            first.transcripts());
    LlmProvider.Draft after = form.submission(Optional.of(before)).draft();
    assertThat(after.displayName()).isEqualTo("Team A");
    assertThat(after.description()).isEqualTo("What it is for");
    assertThat(after.enabled()).isFalse();
  }

  @Test
  void rateOfEachBucketIsItsOwn() {
    TypeFields fields =
        fields(SecretChoice.existing("KEY"), "", "o3", "o4-mini")
            .withRates(
                "o3",
                TypedRates.NONE.with(RateField.INPUT, "1.6").with(RateField.CACHED_INPUT, "0"))
            .withRates("not-selected", TypedRates.NONE.with(RateField.INPUT, "9"));
    LlmProvider.Draft draft =
        form("openai", Map.of("openai", fields)).submission(Optional.empty()).draft();
    assertThat(draft.models())
        .containsExactly(
            new ProviderModel(
                "o3",
                new Rates(
                    Optional.of(160_000_000L),
                    Optional.empty(),
                    Optional.of(0L),
                    Optional.empty(),
                    Optional.empty())),
            new ProviderModel("o4-mini", Rates.NONE));
  }

  @Test
  void ratesSurviveTheFormAndTheStore() {
    TypedRates typed =
        TypedRates.NONE
            .with(RateField.OUTPUT, "0.00000001")
            .with(RateField.CACHE_WRITE_1H, "10000");
    assertThat(TypedRates.of(typed.rates(new Violations()))).isEqualTo(typed);
    assertThat(TypedRates.ofLines(typed.lines("a model of two words")))
        .isEqualTo(Map.of("a model of two words", typed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1,5", "1e3", "free", "0.000000001", "10000.01", "1.", " "})
  void aRateThatIsNoneIsSaidAtItsField(String text) {
    var violations = new Violations();
    var _ = TypedRates.NONE.with(RateField.OUTPUT, text).rates(violations);
    assertThat(violations.found()).extracting("field").containsExactly("output_per_million");
  }

  @Test
  void passthroughNeedsNoKeyAndReadsNone() {
    var typed = fields(SecretChoice.existing("not a name"), "");
    var passing = new TypeFields("", typed.key(), true, true, AwsFields.EMPTY, List.of(), Map.of());
    assertThat(
            form("anthropic", Map.of("anthropic", passing))
                .submission(Optional.empty())
                .draft()
                .config())
        .isEqualTo(new ProviderConfig.Anthropic(Optional.empty(), Optional.empty()));
    assertThat(problems(form("anthropic", Map.of("anthropic", typed))))
        .containsExactly("anthropic_api_key_ref");
  }

  @Test
  void bedrockReadsOnlyTheFieldsOfItsCredential() {
    assertThat(bedrock(aws(AwsFields.DEFAULT_CHAIN)))
        .isEqualTo(
            new ProviderConfig.Bedrock(
                AwsRegion.of("region", "eu-central-1"),
                Optional.empty(),
                new AwsCredential.DefaultChain(),
                Optional.of(new ResourceId("pii-eu"))));
    assertThat(problems(form("bedrock", Map.of("bedrock", aws(AwsFields.STATIC_KEYS)))))
        .containsExactly("bedrock_access_key_id_ref", "bedrock_secret_access_key_ref");
    assertThat(problems(form("bedrock", Map.of("bedrock", aws(AwsFields.ASSUME_ROLE)))))
        .containsExactly("bedrock_role_arn");
    assertThat(problems(form("bedrock", Map.of("bedrock", aws("something")))))
        .containsExactly("bedrock_credential");
  }

  @Test
  void everythingWrongWithBedrockIsSaidAtOnceInTheOrderOfThePage() {
    var aws =
        new AwsFields(
            "Frankfurt",
            AwsFields.STATIC_KEYS,
            newSecret("SAME", "a"),
            newSecret("SAME", ""),
            "",
            "",
            "",
            "Not An Id");
    var fields =
        new TypeFields("ftp://x", SecretChoice.NONE, false, true, aws, List.of("a", "b"), Map.of());
    assertThat(problems(form("bedrock", Map.of("bedrock", fields))))
        .containsExactly(
            "bedrock_region",
            "bedrock_base_url",
            "bedrock_access_key_id_ref_new_value",
            "bedrock_secret_access_key_ref_new_name",
            "bedrock_secret_access_key_ref_new_value",
            "bedrock_guardrail");
  }

  private static ProviderConfig bedrock(TypeFields fields) {
    return form("bedrock", Map.of("bedrock", fields)).submission(Optional.empty()).draft().config();
  }

  private static TypeFields aws(String credential) {
    var aws =
        new AwsFields(
            "eu-central-1",
            credential,
            SecretChoice.NONE,
            SecretChoice.NONE,
            "no arn",
            "",
            "",
            "pii-eu");
    return new TypeFields("", SecretChoice.NONE, false, true, aws, List.of(), Map.of());
  }

  private static TypeFields fields(SecretChoice key, String baseUrl, String... models) {
    return new TypeFields(baseUrl, key, false, true, AwsFields.EMPTY, List.of(models), Map.of());
  }

  private static ProviderForm form(String type, Map<String, TypeFields> fields) {
    return new ProviderForm("Team A", "team-a", type, fields, false, false, Optional.empty(), "");
  }

  private static SecretChoice newSecret(String name, String value) {
    return new SecretChoice(true, "", name, value);
  }

  private static List<String> problems(ProviderForm form) {
    Failure.Invalid invalid =
        catchThrowableOfType(Failure.Invalid.class, () -> form.submission(Optional.empty()));
    return FormProblems.of(invalid.violations(), form).stream().map(Problem::id).toList();
  }
}
