package dev.adp.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An upstream with a managed proxy URL.
 *
 * @param uid identity for ever: usage belongs to it, not to the name, which can be used again
 * @param version counts the changes
 */
public record LlmProvider(
    UUID uid,
    Draft draft,
    Instant createdAt,
    Instant updatedAt,
    String createdBy,
    String updatedBy,
    long version) {

  public static final int DISPLAY_NAME_LENGTH_MAX = 253;
  public static final int DESCRIPTION_LENGTH_MAX = 4096;
  public static final int MODELS_MAX = 1000;
  private static final String CONTROL_CHARACTERS = "must not contain control characters";
  private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n\t]");

  /** What people write of a provider; everything else is ours. */
  public record Draft(
      ResourceId name,
      String displayName,
      String description,
      boolean enabled,
      ProviderConfig config,
      List<ProviderModel> models,
      Transcripts transcripts) {

    public Draft {
      var violations =
          new Violations()
              .check(!Characters.areBlank(displayName), "display_name", "must not be empty")
              .check(
                  Characters.in(displayName) <= DISPLAY_NAME_LENGTH_MAX,
                  "display_name",
                  "must have at most 253 characters")
              .check(Characters.areOneLine(displayName), "display_name", CONTROL_CHARACTERS)
              .check(
                  Characters.in(description) <= DESCRIPTION_LENGTH_MAX,
                  "description",
                  "must have at most 4096 characters")
              .check(
                  Characters.areOneLine(LINE_BREAKS.matcher(description).replaceAll("")),
                  "description",
                  CONTROL_CHARACTERS)
              .check(
                  models.size() <= MODELS_MAX, "provider_models", "must have at most 1000 models");
      for (int i = 0; i < models.size(); i++) {
        String model = models.get(i).name();
        String field = "provider_models[%d].name".formatted(i);
        violations
            .check(!model.isBlank(), field, "must not be empty")
            .check(model.equals(model.strip()), field, "must not begin or end with a space")
            .check(Characters.areOneLine(model), field, CONTROL_CHARACTERS)
            .check(
                Characters.in(model) <= ProviderModel.NAME_LENGTH_MAX,
                field,
                "must have at most 512 characters");
      }
      String twice =
          models.stream()
              .collect(Collectors.groupingBy(ProviderModel::name, Collectors.counting()))
              .entrySet()
              .stream()
              .filter(entry -> entry.getValue() > 1)
              .map(entry -> '"' + entry.getKey() + '"')
              .sorted()
              .collect(Collectors.joining(", "));
      violations
          .check(twice.isEmpty(), "provider_models", "must name each model once: " + twice)
          .throwIfAny();
      models = List.copyOf(models);
    }

    public Draft withEnabled(boolean value) {
      return new Draft(name, displayName, description, value, config, models, transcripts);
    }

    public Draft withConfig(ProviderConfig value) {
      return new Draft(name, displayName, description, enabled, value, models, transcripts);
    }

    public Draft withModels(List<ProviderModel> value) {
      return new Draft(name, displayName, description, enabled, config, value, transcripts);
    }
  }

  public ResourceId name() {
    return draft.name();
  }

  public String displayName() {
    return draft.displayName();
  }

  public boolean enabled() {
    return draft.enabled();
  }

  public ProviderConfig config() {
    return draft.config();
  }

  public List<ProviderModel> models() {
    return draft.models();
  }

  public Optional<ProviderModel> model(String name) {
    for (ProviderModel model : draft.models()) { // No stream: each call asks, more than once.
      if (model.name().equals(name)) {
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  /** Changes with every update; compared by {@code If-Match}. */
  public String etag() {
    return Etag.of(uid, version);
  }
}
