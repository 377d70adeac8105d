package dev.adp.api;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A query parameter as the document describes it.
 *
 * @param several whether it may be given more than once
 * @param allowed the only values; empty when there are others
 */
record QueryParameter(
    String name,
    boolean required,
    boolean several,
    String type,
    String format,
    List<String> allowed) {

  /**
   * Reads the description.
   *
   * @param resolve follows a reference to a schema
   */
  static QueryParameter of(JsonObject parameter, UnaryOperator<JsonObject> resolve) {
    JsonObject schema = resolve.apply(parameter.getJsonObject("schema"));
    boolean several = "array".equals(schema.getString("type"));
    JsonObject one = several ? resolve.apply(schema.getJsonObject("items")) : schema;
    return new QueryParameter(
        parameter.getString("name"),
        parameter.getBoolean("required", false),
        several,
        one.getString("type"),
        one.getString("format", ""),
        one.getJsonArray("enum", new JsonArray()).stream().map(String::valueOf).toList());
  }

  /** Adds what is wrong with it in a request. */
  void check(ApiRequest request, Violations violations) {
    var _ = violations.attempt(() -> read(request));
  }

  private Object read(ApiRequest request) {
    Set<String> given =
        several ? request.queries(name) : request.query(name).map(Set::of).orElse(Set.of());
    if (given.isEmpty() && required) {
      throw new Invalid(name, "is required" + (allowed.isEmpty() ? "" : ":" + choice()));
    }
    if (!allowed.isEmpty() && !allowed.containsAll(given)) {
      throw new Invalid(name, "must be" + choice());
    }
    return switch (name) {
      case "page_size" -> request.pageSize();
      case "page_token" -> request.pageKey();
      default ->
          switch (type + format) {
            case "boolean" -> request.bool(name);
            case "stringdate-time" -> request.instant(name);
            default -> Optional.empty();
          };
    };
  }

  private String choice() {
    return " one of " + String.join(", ", allowed);
  }
}
