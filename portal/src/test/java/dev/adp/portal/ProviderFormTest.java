package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.SecretRef;
import dev.adp.portal.ProviderForm.TypeFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    assertThat(ProviderForm.identifiers(" gpt-6-sol,o3\n\n o3 \r\nqwen3:8b"))
        .containsExactly("gpt-6-sol", "o3", "qwen3:8b");
  }

  @Test
  void readsOnlyTheFieldsOfTheChosenType() {
    var form =
        form(
            "openai",
            Map.of(
                "openai",
                new TypeFields(SecretChoice.existing("KEY"), "", List.of("o3"), true),
                "openai_compatible",
                new TypeFields(SecretChoice.existing("not a name"), "not a url", List.of(), true)));
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
            Map.of("openai", new TypeFields(newSecret("lower", ""), "ftp://x", List.of(), true)),
            false,
            false,
            "");
    assertThat(problems(form))
        .containsExactly(
            "display_name", "name", "openai_base_url", "openai_new_name", "openai_new_value");
  }

  @Test
  void aNewSecretIsAskedForAgainWhenAnythingElseIsWrong() {
    var form =
        form(
            "openai_compatible",
            Map.of(
                "openai_compatible",
                new TypeFields(newSecret("NEW_KEY", "s3cret"), "", List.of(), true)));
    assertThat(problems(form))
        .containsExactly("openai_compatible_base_url", "openai_compatible_new_value");
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
  void editingKeepsThePricesAndTheDescriptionThatThePageCannotSay() {
    var rates =
        new Rates(
            Optional.of(1L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var form =
        form(
            "openai",
            Map.of(
                "openai",
                new TypeFields(SecretChoice.existing("KEY"), "", List.of("o3", "new"), true)));
    LlmProvider.Draft first = form.submission(Optional.empty()).draft();
    var before =
        new LlmProvider.Draft(
            first.name(),
            "Old",
            "What it is for",
            false,
            first.config(),
            List.of(new ProviderModel("o3", rates), new ProviderModel("gone", rates)),
            first.transcripts());
    LlmProvider.Draft after = form.submission(Optional.of(before)).draft();
    assertThat(after.models())
        .containsExactly(new ProviderModel("o3", rates), new ProviderModel("new", Rates.NONE));
    assertThat(after.description()).isEqualTo("What it is for");
    assertThat(after.enabled()).isFalse();
  }

  @Test
  void moreModelsGoToTheChosenType() {
    var form = form("openai", Map.of()).withModels(Stream.of("a", "b", "a"));
    assertThat(form.openAi().models()).containsExactly("a", "b");
    assertThat(form.compatible().models()).isEmpty();
  }

  private static ProviderForm form(String type, Map<String, TypeFields> fields) {
    return new ProviderForm("Team A", "team-a", type, fields, false, false, "");
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
