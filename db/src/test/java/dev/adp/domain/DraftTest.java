package dev.adp.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people may write of a provider, its models, their rates and its secrets. */
class DraftTest {
  @Test
  void everyFaultIsToldAtOnceUnderItsFieldsName() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                draft(
                    " ",
                    "d".repeat(4_097),
                    List.of("", " gpt", "m".repeat(513), "twice", "twice", "again", "again")))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation("display_name", "must not be empty"),
                        new Violation("description", "must have at most 4096 characters"),
                        new Violation("provider_models[0].name", "must not be empty"),
                        new Violation(
                            "provider_models[1].name", "must not begin or end with a space"),
                        new Violation(
                            "provider_models[2].name", "must have at most 512 characters"),
                        new Violation(
                            "provider_models", "must name each model once: \"again\", \"twice\"")));
  }

  @Test
  void lengthsAtTheLimitAreTaken() {
    var models = IntStream.range(0, 1_000).mapToObj("model-%d"::formatted).toList();
    assertThat(draft("n".repeat(253), "d".repeat(4_096), models).models()).hasSize(1_000);
    assertThat(draft("🚀".repeat(253), "", models).displayName()).startsWith("🚀");
    assertThat(draft("a", "", List.of("m".repeat(512))).models()).hasSize(1);
  }

  @Test
  void lengthsAboveTheLimitAreRefused() {
    var models = IntStream.range(0, 1_001).mapToObj("model-%d"::formatted).toList();
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> draft("n".repeat(254), "", models))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation("display_name", "must have at most 253 characters"),
                        new Violation("provider_models", "must have at most 1000 models")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u00a0", "\u200b", "\u2003\u2060"})
  void aNameWithNothingToSeeIsNone(String text) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> draft(text, "", List.of()))
        .withMessageContaining("display_name: must not be empty");
  }

  /** PostgreSQL takes no NUL, and no page, log or header shows the others as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\nb", "a\u0007b", "a\u007fb", "a\ud800b"})
  void controlCharactersAreRefused(String text) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> draft(text, "\u0000", List.of(text)))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field)
                    .containsExactly("display_name", "description", "provider_models[0].name"));
  }

  @Test
  void aDescriptionMayHaveLines() {
    assertThat(draft("a", "one\r\ntwo\tthree", List.of()).description()).contains("two");
  }

  @Test
  void aModelListGivenByTheCallerIsCopied() {
    var models = new ArrayList<>(List.of(new ProviderModel("gpt", Rates.NONE)));
    LlmProvider.Draft draft = draft("a", "", List.of()).withModels(models);
    models.clear();
    assertThat(draft.models()).hasSize(1);
  }

  @Test
  void ratesBeyondTheirRangeAreToldTogether() {
    long max = Rates.RATE_MICROCENTS_MAX;
    assertThat(
            new Rates(
                    Optional.of(0L),
                    Optional.of(max),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())
                .output())
        .contains(1_000_000_000_000L);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                new Rates(
                    Optional.of(-1L),
                    Optional.of(max + 1),
                    Optional.of(-1L),
                    Optional.of(max + 1),
                    Optional.of(Long.MAX_VALUE)))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field)
                    .containsExactly(
                        "input_per_million",
                        "output_per_million",
                        "cached_input_per_million",
                        "cache_creation_5m_per_million",
                        "cache_creation_1h_per_million"));
  }

  @Test
  void aSecretHasFrom1To65536Bytes() {
    var name = new SecretRef("KEY");
    assertThat(new NewSecret(name, new byte[65_536]).value()).hasSize(65_536);
    for (byte[] value : List.of(new byte[0], new byte[65_537], " \n".getBytes(UTF_8))) {
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> new NewSecret(name, value))
          .satisfies(
              e ->
                  assertThat(e.violations())
                      .extracting(Violation::field)
                      .containsExactly("secret_data"));
    }
  }

  @Test
  void aSecretsTextFormNeverShowsItsValue() {
    var secret = NewSecret.ofText(new SecretRef("KEY"), "sk-very-secret");
    assertThat(secret).hasToString("NewSecret[KEY, ***]");
  }

  @Test
  void aSecretsValueIsCopiedInAndOut() {
    byte[] value = "sk-1".getBytes(StandardCharsets.US_ASCII);
    var secret = new NewSecret(new SecretRef("KEY"), value);
    Arrays.fill(value, (byte) 'x');
    Arrays.fill(secret.value(), (byte) 'y');
    assertThat(secret.value()).isEqualTo("sk-1".getBytes(StandardCharsets.US_ASCII));
  }

  private static LlmProvider.Draft draft(
      String displayName, String description, List<String> models) {
    return new LlmProvider.Draft(
        new ResourceId("team-a"),
        displayName,
        description,
        true,
        new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("OPENAI_API_KEY")),
        models.stream().map(name -> new ProviderModel(name, Rates.NONE)).toList(),
        Transcripts.OFF);
  }
}
