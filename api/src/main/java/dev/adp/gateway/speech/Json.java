package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads members that may be missing, or of another kind than expected. */
final class Json {
  private Json() {}

  static String text(JsonObject json, String name) {
    return json.getValue(name) instanceof String text ? text : "";
  }

  /** The first of these members that is a text with something in it. */
  static String text(JsonObject json, String name, String otherName) {
    String first = text(json, name);
    return first.isEmpty() ? text(json, otherName) : first;
  }

  static Optional<JsonObject> object(JsonObject json, String name) {
    return json.getValue(name) instanceof JsonObject object
        ? Optional.of(object)
        : Optional.empty();
  }

  static Optional<JsonObject> object(JsonObject json, String name, String otherName) {
    return object(json, name).or(() -> object(json, otherName));
  }

  /** The objects of an array, or the one object that stands in its place. */
  static List<JsonObject> objects(JsonObject json, String name) {
    return switch (json.getValue(name)) {
      case JsonObject object -> List.of(object);
      case JsonArray array -> objects(array);
      case null, default -> List.of();
    };
  }

  static List<JsonObject> objects(JsonArray array) {
    return elements(array)
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  /** The elements that are not null. */
  static Stream<Object> elements(JsonArray array) {
    return array.stream().filter(element -> element != null);
  }

  static int number(JsonObject json, String name, int absent) {
    return json.getValue(name) instanceof Number number ? number.intValue() : absent;
  }
}
