package dev.adp.portal;

import static java.util.stream.Collectors.toMap;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a person typed, right or wrong, so that the same page can come back with nothing lost.
 *
 * @param type slug of the chosen type, or empty
 * @param fields what each type has for itself, by slug; those of the types not chosen are kept, not
 *     read
 * @param enabled whether calls are taken; empty when he creates
 * @param etag the state that the person saw when he began to edit; empty when he creates
 */
public record ProviderForm(
    String displayName,
    String name,
    String type,
    Map<String, TypeFields> fields,
    boolean recordInputs,
    boolean recordOutputs,
    Optional<Enabled> enabled,
    String etag) {
  private static final ResourceId STAND_IN = new ResourceId("stand-in");
  private static final ProviderConfig NO_CONFIG =
      new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("STAND_IN"));

  /**
   * A switch of which the page remembers how it stood: whoever has not touched it does not turn on
   * again what somebody else has turned off meanwhile.
   */
  public record Enabled(boolean before, boolean now) {
    static final String BEFORE = "enabled_before";
    private static final String ON = "on";

    static Optional<Enabled> of(Request request) {
      return request.ticked(BEFORE)
          ? Optional.of(new Enabled(request.field(BEFORE).equals(ON), request.ticked("enabled")))
          : Optional.empty();
    }

    /** The same wish about what is stored by now. */
    Enabled onto(boolean stored) {
      return new Enabled(stored, before == now ? stored : now);
    }

    public String beforeText() {
      return before ? ON : "off";
    }
  }

  /** What is ready to be stored. */
  record Submission(LlmProvider.Draft draft, List<NewSecret> newSecrets) {}

  static final ProviderForm EMPTY =
      new ProviderForm("", "", "", Map.of(), false, false, Optional.empty(), "");

  static ProviderForm of(Request request) {
    String displayName = request.field("display_name");
    String name = request.field("name");
    return new ProviderForm(
        displayName,
        name.isEmpty() ? slug(displayName) : name,
        request.field("type"),
        TypeCard.ALL.stream().collect(toMap(TypeCard::slug, card -> TypeFields.of(request, card))),
        request.ticked("record_inputs"),
        request.ticked("record_outputs"),
        Enabled.of(request),
        request.field("etag"));
  }

  static ProviderForm of(LlmProvider provider) {
    String type = TypeCard.of(provider.config()).slug();
    Transcripts recorded = provider.draft().transcripts();
    return new ProviderForm(
        provider.displayName(),
        provider.name().value(),
        type,
        Map.of(type, TypeFields.of(provider.config(), provider.models())),
        recorded.recordInputMessages(),
        recorded.recordOutputMessages(),
        Optional.of(new Enabled(provider.enabled(), provider.enabled())),
        provider.etag());
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
    Optional<ProviderConfig> config = card.flatMap(c -> c.reader().read(chosen(), violations));
    List<NewSecret> newSecrets = newSecrets(violations);
    List<ProviderModel> models = models(violations);
    Optional<LlmProvider.Draft> draft =
        violations.attempt(
            () ->
                new LlmProvider.Draft(
                    id.orElse(STAND_IN),
                    displayName,
                    before.map(LlmProvider.Draft::description).orElse(""),
                    isEnabled(before.map(LlmProvider.Draft::enabled).orElse(true)),
                    config.orElse(NO_CONFIG),
                    models,
                    new Transcripts(recordInputs, recordOutputs)));
    violations.throwIfAny();
    return new Submission(draft.orElseThrow(), newSecrets);
  }

  /** The fields that name a secret, as the chosen type and the ticked boxes show them. */
  List<SecretField> secrets() {
    TypeFields shown = chosen();
    if (type.equals(TypeCard.BEDROCK.slug())) {
      return shown.aws().credential().equals(TypeFields.AwsFields.STATIC_KEYS)
          ? List.of(
              new SecretField(
                  type + "_access_key_id_ref",
                  AwsCredential.StaticKeys.ACCESS_KEY_ID_REF,
                  shown.aws().accessKeyId()),
              new SecretField(
                  type + "_secret_access_key_ref",
                  AwsCredential.StaticKeys.SECRET_ACCESS_KEY_REF,
                  shown.aws().secretAccessKey()))
          : List.of();
    }
    return type.isEmpty() || shown.passthrough()
        ? List.of()
        : List.of(
            new SecretField(type + "_api_key_ref", type + "_config.api_key_ref", shown.key()));
  }

  private List<NewSecret> newSecrets(Violations violations) {
    var fresh = new ArrayList<NewSecret>();
    var names = new HashSet<String>();
    for (SecretField field : secrets()) {
      SecretChoice choice = field.choice();
      if (!choice.isNew() || choice.newName().isEmpty()) { // The reference is missing: said once.
        continue;
      }
      violations.check(
          names.add(choice.newName()), field.apiField(), "must differ from the other new secret");
      var own = new Violations();
      own.attempt(() -> new SecretRef(choice.newName()))
          .flatMap(ref -> own.attempt(() -> NewSecret.ofText(ref, choice.newValue())))
          .ifPresent(fresh::add);
      own.found().forEach(violation -> violations.add(at(field, violation)));
    }
    return fresh;
  }

  private static Violation at(SecretField field, Violation violation) {
    String part = violation.field().equals("secret_data") ? SecretField.NEW_VALUE : "";
    return new Violation(field.apiField() + part, violation.message());
  }

  private List<ProviderModel> models(Violations violations) {
    TypeFields shown = chosen();
    return shown.models().stream()
        .map(
            model -> {
              var own = new Violations();
              var rates = shown.rates(model).rates(own);
              own.found()
                  .forEach(
                      wrong ->
                          violations.check(
                              false,
                              "provider_models",
                              "%s of %s %s".formatted(wrong.field(), model, wrong.message())));
              return new ProviderModel(model, rates);
            })
        .toList();
  }

  /** The fields of the chosen type. */
  TypeFields chosen() {
    return of(type);
  }

  /** The fields of a type, which templates ask for by its slug. */
  public TypeFields of(String slug) {
    return fields.getOrDefault(slug, TypeFields.EMPTY);
  }

  /** The same form with other fields of the chosen type. */
  ProviderForm withChosen(UnaryOperator<TypeFields> change) {
    return with(type, change);
  }

  /** The same form with other fields of a type. */
  ProviderForm with(String slug, UnaryOperator<TypeFields> change) {
    var more = new HashMap<String, TypeFields>(fields);
    more.put(slug, change.apply(of(slug)));
    return new ProviderForm(
        displayName, name, type, more, recordInputs, recordOutputs, enabled, etag);
  }

  /** The same form, ready to replace what is stored by now. */
  ProviderForm onto(LlmProvider newer) {
    return new ProviderForm(
        displayName,
        name,
        type,
        fields,
        recordInputs,
        recordOutputs,
        enabled.map(was -> was.onto(newer.enabled())),
        newer.etag());
  }

  private boolean isEnabled(boolean stored) {
    return enabled.map(was -> was.onto(stored).now()).orElse(stored);
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
}
