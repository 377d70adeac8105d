package dev.adp.portal;

import static java.util.stream.Collectors.toMap;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.domain.Violations;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a person typed, right or wrong, so that the same page can come back with nothing lost.
 *
 * @param type slug of the chosen type, or empty
 * @param fields what each type has for itself, by slug; those of the types not chosen are kept, not
 *     read
 * @param etag the state that the person saw when he began to edit; empty when he creates
 */
public record ProviderForm(
    String displayName,
    String name,
    String type,
    Map<String, TypeFields> fields,
    boolean recordInputs,
    boolean recordOutputs,
    String etag) {
  private static final ResourceId STAND_IN = new ResourceId("stand-in");

  /** The fields that each type has for itself. */
  public record TypeFields(
      SecretChoice key, String baseUrl, List<String> models, boolean streamUsage) {
    static final TypeFields EMPTY = new TypeFields(SecretChoice.NONE, "", List.of(), true);

    TypeFields plus(Stream<String> added) {
      return new TypeFields(
          key, baseUrl, Stream.concat(models.stream(), added).distinct().toList(), streamUsage);
    }
  }

  /** What is ready to be stored. */
  record Submission(LlmProvider.Draft draft, List<NewSecret> newSecrets) {}

  static final ProviderForm EMPTY = new ProviderForm("", "", "", Map.of(), false, false, "");

  static ProviderForm of(Request request) {
    String displayName = request.field("display_name");
    String name = request.field("name");
    return new ProviderForm(
        displayName,
        name.isEmpty() ? slug(displayName) : name,
        request.field("type"),
        TypeCard.ALL.stream().collect(toMap(TypeCard::slug, card -> fields(request, card))),
        request.ticked("record_inputs"),
        request.ticked("record_outputs"),
        request.field("etag"));
  }

  static ProviderForm of(LlmProvider provider) {
    List<String> models = provider.models().stream().map(ProviderModel::name).toList();
    String type = TypeCard.of(provider.config()).slug();
    return new ProviderForm(
        provider.displayName(),
        provider.name().value(),
        type,
        Map.of(type, fields(provider.config(), models)),
        provider.draft().transcripts().recordInputMessages(),
        provider.draft().transcripts().recordOutputMessages(),
        provider.etag());
  }

  private static TypeFields fields(ProviderConfig config, List<String> models) {
    return switch (config) {
      case ProviderConfig.Anthropic _, ProviderConfig.Google _, ProviderConfig.Bedrock _ ->
          throw new IllegalStateException("no form for " + config.typeName());
      case ProviderConfig.OpenAi(var url, var key) ->
          new TypeFields(
              SecretChoice.existing(key.value()),
              url.map(BaseUrl::toString).orElse(""),
              models,
              true);
      case ProviderConfig.OpenAiCompatible(var url, var key, boolean streamUsage) ->
          new TypeFields(
              SecretChoice.existing(key.map(SecretRef::value).orElse("")),
              url.toString(),
              models,
              streamUsage);
    };
  }

  /**
   * Reads everything and reports everything that is wrong at once.
   *
   * @param before the stored provider when this form edits one; it keeps what this page cannot say
   * @throws dev.adp.domain.Failure.Invalid naming fields as the API does
   */
  Submission submission(Optional<LlmProvider.Draft> before) {
    var violations = new Violations();
    Optional<ResourceId> id = violations.attempt(() -> new ResourceId(name));
    Optional<TypeCard> card = TypeCard.named(type);
    violations.check(card.isPresent(), "type", "must be chosen");
    Optional<ProviderConfig> config = card.flatMap(c -> c.reader().read(this, violations));
    List<NewSecret> newSecrets = newSecrets(violations);
    Optional<LlmProvider.Draft> draft =
        violations.attempt(
            () ->
                new LlmProvider.Draft(
                    id.orElse(STAND_IN),
                    displayName,
                    before.map(LlmProvider.Draft::description).orElse(""),
                    before.map(LlmProvider.Draft::enabled).orElse(true),
                    config.orElse(NO_CONFIG),
                    models(before),
                    new Transcripts(recordInputs, recordOutputs)));
    violations.throwIfAny();
    return new Submission(draft.orElseThrow(), newSecrets);
  }

  private static final ProviderConfig NO_CONFIG =
      new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("STAND_IN"));

  private List<NewSecret> newSecrets(Violations violations) {
    SecretChoice key = chosen().key();
    if (!key.isNew() || key.newName().isEmpty()) { // The reference is missing then; once is enough.
      return List.of();
    }
    return violations
        .attempt(() -> new SecretRef(key.newName()))
        .flatMap(ref -> violations.attempt(() -> NewSecret.ofText(ref, key.newValue())))
        .stream()
        .toList();
  }

  private List<ProviderModel> models(Optional<LlmProvider.Draft> before) {
    List<ProviderModel> known = before.map(LlmProvider.Draft::models).orElse(List.of());
    return chosen().models().stream()
        .map(
            model ->
                known.stream()
                    .filter(old -> old.name().equals(model))
                    .findFirst()
                    .orElse(new ProviderModel(model, Rates.NONE)))
        .toList();
  }

  /** The fields of the chosen type. */
  TypeFields chosen() {
    return fields.getOrDefault(type, TypeFields.EMPTY);
  }

  public TypeFields openAi() {
    return fields.getOrDefault(TypeCard.OPENAI.slug(), TypeFields.EMPTY);
  }

  public TypeFields compatible() {
    return fields.getOrDefault(TypeCard.OPENAI_COMPATIBLE.slug(), TypeFields.EMPTY);
  }

  /** The same form with more models for the chosen type. */
  ProviderForm withModels(Stream<String> added) {
    var more = new HashMap<String, TypeFields>(fields);
    more.put(type, chosen().plus(added));
    return new ProviderForm(displayName, name, type, more, recordInputs, recordOutputs, etag);
  }

  ProviderForm withEtag(String newer) {
    return new ProviderForm(displayName, name, type, fields, recordInputs, recordOutputs, newer);
  }

  /** Identifiers that people type or paste: one a line, or parted by commas. */
  static Stream<String> identifiers(String text) {
    return text.lines()
        .flatMap(line -> Stream.of(line.split(",")))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .distinct();
  }

  /** A Resource ID that reads like the display name; the script in the page does the same. */
  static String slug(String displayName) {
    String slug =
        Normalizer.normalize(displayName.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("[^a-z0-9]+", "-")
            .replaceFirst("^[^a-z]+", "");
    return slug.substring(0, Math.min(slug.length(), ResourceId.LENGTH_MAX))
        .replaceFirst("-+$", "");
  }

  private static TypeFields fields(Request request, TypeCard card) {
    String prefix = card.slug() + "_";
    return new TypeFields(
        SecretChoice.of(request, prefix),
        request.field(prefix + "base_url"),
        request.fields(prefix + "models").stream()
            .flatMap(ProviderForm::identifiers)
            .distinct()
            .toList(),
        request.ticked("stream_usage"));
  }
}
