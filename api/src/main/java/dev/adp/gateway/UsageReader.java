package dev.adp.gateway;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what the JSON objects of one answer tell about its usage: the one object of a whole body,
 * or one event of a stream after the other. One reader serves one answer.
 */
interface UsageReader {
  /** No call has more: what a broken upstream claims beyond it must not overflow any sum. */
  double COUNT_MAX = 1e9;

  /** Members of an object that tell something; the rest need not be kept. */
  JsonKeys telling();

  /** Members of an event in which an answer may stand, its telling members inside. */
  Set<String> envelopes();

  /** Texts one of which stands in every event that tells of usage or of an error. */
  List<String> marks();

  /** Names of events behind which nothing comes that the client waits for. */
  Set<String> lastEvents();

  /** Takes the next object. */
  void accept(JsonObject object);

  Reported reported();

  /** A count, whichever of two names it has; zero when there is none. */
  static long count(JsonObject json, String name, String otherName) {
    Object value = json.getValue(name);
    if (value == null) {
      value = json.getValue(otherName);
    }
    return value instanceof Number number
        ? (long) Math.clamp(number.doubleValue(), 0, COUNT_MAX)
        : 0;
  }

  static long count(JsonObject json, String name) {
    return count(json, name, name);
  }

  static Optional<JsonObject> object(JsonObject json, String name) {
    return json.getValue(name) instanceof JsonObject object
        ? Optional.of(object)
        : Optional.empty();
  }

  static Optional<JsonArray> array(JsonObject json, String name) {
    return json.getValue(name) instanceof JsonArray array ? Optional.of(array) : Optional.empty();
  }

  static String text(JsonObject json, String name) {
    return json.getValue(name) instanceof String text ? text : "";
  }
}
