package dev.adp.portal;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Messages in the JSON form of OpenTelemetry's conventions, as they are read. */
final class SaidJson {
  private SaidJson() {}

  /** The messages; what cannot be read is one message of text. */
  static List<JsonObject> messages(String json) {
    if (json.isEmpty()) {
      return List.of();
    }
    try {
      return objects(new JsonArray(json)).toList();
    } catch (DecodeException | ClassCastException _) {
      return List.of(
          new JsonObject()
              .put("role", "unknown")
              .put(
                  "parts",
                  new JsonArray(
                      List.of(new JsonObject().put("type", "text").put("content", json)))));
    }
  }

  static List<JsonObject> parts(JsonObject message) {
    return message.getValue("parts") instanceof JsonArray parts
        ? objects(parts).toList()
        : List.of();
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
  }

  static String text(JsonObject object, String member) {
    return object.getValue(member) instanceof String text ? text : "";
  }

  /** A message without what callers leave out when they send it again. */
  static String essence(JsonObject message) {
    var essence = new JsonArray().add(text(message, "role"));
    parts(message).stream()
        .filter(part -> !text(part, "type").equals("reasoning"))
        .forEach(essence::add);
    return essence.encode();
  }

  /** A value to be read: JSON over several lines, texts as they are. */
  static String pretty(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case String text -> prettyText(text);
      case JsonObject object -> object.encodePrettily();
      case JsonArray array -> array.encodePrettily();
      default -> Objects.toString(value);
    };
  }

  private static String prettyText(String text) {
    String start = text.stripLeading();
    if (start.startsWith("{") || start.startsWith("[")) {
      try {
        return pretty(Json.decodeValue(text));
      } catch (DecodeException _) {
        return text;
      }
    }
    return text;
  }
}
