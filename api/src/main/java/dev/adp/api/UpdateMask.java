package dev.adp.api;

import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a PATCH means: paths into the document, as {@code update_mask} lists them.
 *
 * @param fields every field that can be written, with the paths below it
 * @param elements of the fields that are arrays of objects: the paths in each object
 * @param outputOnly fields that may be there and mean nothing
 */
record UpdateMask(
    Map<String, Set<String>> fields, Map<String, Set<String>> elements, Set<String> outputOnly) {
  /** What cannot be without a value: cleared, they are empty. */
  private static final Set<String> LISTS = Set.of("models", "provider_models");

  /**
   * Reads what is stored with the changes of a body.
   *
   * @param stored is changed
   * @param mask absent = the fields of the body
   * @param reader reads the whole document
   * @throws dev.adp.domain.Failure.Invalid naming every path of the mask and every field of the
   *     body that does not exist, since a field that the mask leaves out is not read, beside
   *     whatever is wrong with the others
   */
  <T> T read(
      JsonObject body, JsonObject stored, Optional<String> mask, Function<JsonObject, T> reader) {
    var violations = new Violations();
    Set<String> paths =
        mask.map(UpdateMask::paths)
            .map(named -> checked(named, body, violations))
            .orElseGet(() -> Set.copyOf(body.fieldNames()));
    paths.stream()
        .filter(path -> !outputOnly.contains(path))
        .sorted()
        .forEach(path -> copy(body, stored, path));
    if (mask.isEmpty()) {
      body.fieldNames().stream()
          .filter(field -> !fields.containsKey(field) && !outputOnly.contains(field))
          .forEach(stored::putNull); // Null or not: reading finds it unknown.
    }
    Optional<T> read = violations.attempt(() -> reader.apply(stored));
    violations.throwIfAny();
    return read.orElseThrow();
  }

  /** The paths that a mask lists. */
  static Set<String> paths(String mask) {
    return Arrays.stream(mask.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  /** Those of the paths that exist. */
  private Set<String> checked(Set<String> paths, JsonObject body, Violations violations) {
    for (String field : body.fieldNames()) {
      Object value = body.getValue(field);
      violations.check(
          fields.containsKey(field) || outputOnly.contains(field), field, "unknown field");
      checkNames(value, field, fields.getOrDefault(field, Set.of()), violations);
      if (value instanceof JsonArray array && elements.containsKey(field)) {
        for (int i = 0; i < array.size(); i++) {
          checkNames(
              array.getValue(i), "%s[%d]".formatted(field, i), elements.get(field), violations);
        }
      }
    }
    var known = new HashSet<String>();
    for (String path : paths) {
      int dot = path.indexOf('.');
      String field = dot == -1 ? path : path.substring(0, dot);
      boolean exists =
          outputOnly.contains(path)
              || (fields.containsKey(field)
                  && (dot == -1 || fields.get(field).contains(path.substring(dot + 1))));
      violations.check(exists, "update_mask", "unknown path \"%s\"".formatted(path));
      if (exists) {
        known.add(path);
      }
    }
    return known;
  }

  /** Whether an object has fields of no known path, itself or in its own objects. */
  private static void checkNames(
      @Nullable Object value, String path, Set<String> known, Violations violations) {
    violations.check(
        known.isEmpty() || value == null || value instanceof JsonObject, path, "must be an object");
    if (value instanceof JsonObject object && !known.isEmpty()) {
      for (String name : object.fieldNames()) {
        String below = name + ".";
        violations.check(known.contains(name), path + "." + name, "unknown field");
        checkNames(
            object.getValue(name),
            path + "." + name,
            known.stream()
                .filter(other -> other.startsWith(below))
                .map(other -> other.substring(below.length()))
                .collect(Collectors.toSet()),
            violations);
      }
    }
  }

  /** Copies one path; what is absent in the source is cleared in the target. */
  private static void copy(JsonObject from, JsonObject to, String path) {
    int dot = path.indexOf('.');
    if (dot == -1) {
      put(to, path, from.getValue(path));
      return;
    }
    String field = path.substring(0, dot);
    JsonObject source =
        from.getValue(field) instanceof JsonObject object ? object : new JsonObject();
    if (!(to.getValue(field) instanceof JsonObject)) {
      to.put(field, new JsonObject());
    }
    copy(source, to.getJsonObject(field), path.substring(dot + 1));
  }

  private static void put(JsonObject to, String field, @Nullable Object value) {
    if (value != null) {
      to.put(field, value);
    } else if (LISTS.contains(field)) {
      to.put(field, new JsonArray());
    } else {
      to.remove(field);
    }
  }
}
