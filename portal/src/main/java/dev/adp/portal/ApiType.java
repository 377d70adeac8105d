package dev.adp.portal;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What values a schema takes, in words.
 *
 * @param parts names of schemas and the words between them
 * @param rules limits, pattern, default
 */
record ApiType(List<Part> parts, List<String> rules) {

  /** A word, or the name of a schema to look up. */
  record Part(String text, boolean schema) {}

  static ApiType of(JsonObject schema) {
    return new ApiType(parts(schema), rules(schema));
  }

  private static List<Part> parts(JsonObject schema) {
    if (schema.containsKey("$ref")) {
      String reference = schema.getString("$ref");
      return List.of(new Part(reference.substring(reference.lastIndexOf('/') + 1), true));
    }
    if (schema.containsKey("anyOf")) {
      return joined(schema.getJsonArray("anyOf"));
    }
    if (schema.containsKey("allOf")) {
      return parts(schema.getJsonArray("allOf").getJsonObject(0));
    }
    var parts = new ArrayList<Part>();
    parts.add(new Part(type(schema), false));
    if (schema.getValue("items") instanceof JsonObject items) {
      parts.add(new Part("of", false));
      parts.addAll(parts(items));
    } else if (schema.getValue("additionalProperties") instanceof JsonObject values) {
      parts.add(new Part("of", false));
      parts.addAll(parts(values));
    }
    return parts;
  }

  private static List<Part> joined(JsonArray choices) {
    var parts = new ArrayList<Part>();
    for (int i = 0; i < choices.size(); i++) {
      if (i > 0) {
        parts.add(new Part("or", false));
      }
      parts.addAll(parts(choices.getJsonObject(i)));
    }
    return parts;
  }

  private static String type(JsonObject schema) {
    return switch (schema.getValue("type")) {
      case JsonArray types ->
          types.stream().map(String::valueOf).collect(Collectors.joining(" or "));
      case String type -> type;
      case null, default -> schema.containsKey("enum") ? "string or null" : "any value";
    };
  }

  private static List<String> rules(JsonObject schema) {
    return Stream.of(
            rule(schema, "format", "%s"),
            rule(schema, "contentEncoding", "%s"),
            rule(schema, "const", "always %s"),
            schema.getValue("enum") instanceof JsonArray values
                ? values.stream()
                    .map(value -> "".equals(value) ? "empty" : String.valueOf(value))
                    .collect(Collectors.joining(", ", "one of ", ""))
                : "",
            rule(schema, "minimum", "at least %s"),
            rule(schema, "maximum", "at most %s"),
            rule(schema, "maxLength", "at most %s characters"),
            rule(schema, "maxItems", "at most %s"),
            rule(schema, "pattern", "matches %s"),
            rule(schema, "default", "default %s"))
        .filter(rule -> !rule.isEmpty())
        .toList();
  }

  private static String rule(JsonObject schema, String keyword, String words) {
    Object value = schema.getValue(keyword);
    if (value == null) {
      return "";
    }
    return words.formatted("".equals(value) ? "empty" : value);
  }
}
