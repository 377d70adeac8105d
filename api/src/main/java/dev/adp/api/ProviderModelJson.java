package dev.adp.api;

import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The models of a provider on the wire: {@code provider_models}, one object each, and {@code
 * models}, the legacy list of their names.
 */
final class ProviderModelJson {
  /** Every field of one of {@code provider_models}. */
  static final Set<String> PATHS =
      Set.of(
          "name",
          "custom_pricing",
          "custom_pricing.input_per_million",
          "custom_pricing.output_per_million",
          "custom_pricing.cached_input_per_million",
          "custom_pricing.cache_creation_5m_per_million",
          "custom_pricing.cache_creation_1h_per_million");

  private static final String LIST = "provider_models";

  private ProviderModelJson() {}

  /**
   * Of the two lists the one that differs from what is stored wins. Names alone keep the pricing of
   * those that stay.
   */
  static Models read(JsonFields fields, Optional<LlmProvider.Draft> stored) {
    List<ProviderModel> before = stored.map(LlmProvider.Draft::models).orElse(List.of());
    Optional<List<String>> names = fields.array("models").map(array -> names(fields, array));
    Optional<List<ProviderModel>> models = fields.array(LIST).map(array -> models(fields, array));
    boolean namesDiffer =
        names
            .filter(list -> !list.equals(before.stream().map(ProviderModel::name).toList()))
            .isPresent();
    boolean modelsDiffer = models.filter(list -> !list.equals(before)).isPresent();
    if (namesDiffer && modelsDiffer) {
      List<String> modelNames = models.orElseThrow().stream().map(ProviderModel::name).toList();
      fields
          .violations()
          .check(
              names.orElseThrow().equals(modelNames),
              "models",
              "and provider_models differ from each other: write one of them");
      return new Models(models.orElseThrow(), false);
    }
    return namesDiffer
        ? new Models(merged(names.orElseThrow(), before), true)
        : new Models(models.orElse(before), false);
  }

  /**
   * The models of a provider.
   *
   * @param byName whether {@code models} told them
   */
  record Models(List<ProviderModel> list, boolean byName) {
    /** A violation at the field in which its cause was written. */
    Violation placed(Violation violation) {
      return byName && violation.field().startsWith(LIST)
          ? new Violation(
              "models" + violation.field().substring(LIST.length()).replaceFirst("\\.name$", ""),
              violation.message())
          : violation;
    }
  }

  private static List<ProviderModel> merged(List<String> names, List<ProviderModel> before) {
    return names.stream()
        .map(
            name ->
                before.stream()
                    .filter(model -> model.name().equals(name))
                    .findFirst()
                    .orElseGet(() -> new ProviderModel(name, Rates.NONE)))
        .toList();
  }

  private static List<String> names(JsonFields fields, JsonArray array) {
    return each(
        fields,
        array,
        "models",
        String.class,
        "must be a string",
        Function.identity(),
        entry -> entry.value());
  }

  private static List<ProviderModel> models(JsonFields fields, JsonArray array) {
    return each(
        fields,
        array,
        LIST,
        JsonObject.class,
        "must be an object",
        name -> new ProviderModel(name, Rates.NONE),
        entry -> model(new JsonFields(entry.value(), entry.path(), fields.violations())));
  }

  private record Entry<T>(String path, T value) {}

  private static <T, R> List<R> each(
      JsonFields fields,
      JsonArray array,
      String field,
      Class<T> type,
      String message,
      Function<String, R> standIn,
      Function<Entry<T>, R> read) {
    var results = new ArrayList<R>();
    for (int i = 0; i < array.size(); i++) {
      String path = "%s[%d]".formatted(fields.path(field), i);
      Object value = array.getValue(i);
      if (type.isInstance(value)) {
        results.add(read.apply(new Entry<>(path, type.cast(value))));
      } else {
        fields.violations().check(false, path, message);
        results.add(standIn.apply("#" + i)); // So that the others keep their places.
      }
    }
    return results;
  }

  private static ProviderModel model(JsonFields fields) {
    String name = fields.text("name").orElse("");
    Rates rates = fields.object("custom_pricing").map(ProviderModelJson::rates).orElse(Rates.NONE);
    fields.rejectUnknown();
    return new ProviderModel(name, rates);
  }

  private static Rates rates(JsonFields fields) {
    Violations violations = fields.violations();
    Optional<Long> input = fields.int64("input_per_million");
    Optional<Long> output = fields.int64("output_per_million");
    Optional<Long> cached = fields.int64("cached_input_per_million");
    Optional<Long> write5m = fields.int64("cache_creation_5m_per_million");
    Optional<Long> write1h = fields.int64("cache_creation_1h_per_million");
    fields.rejectUnknown();
    try {
      return new Rates(input, output, cached, write5m, write1h);
    } catch (Failure.Invalid invalid) {
      invalid
          .violations()
          .forEach(
              violation ->
                  violations.check(false, fields.path(violation.field()), violation.message()));
      return Rates.NONE;
    }
  }
}
