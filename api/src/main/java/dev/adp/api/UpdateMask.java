package dev.adp.api;

import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a PATCH means: paths into the document, as {@code update_mask} lists them.
 *
 * @param fields every field that can be written, with the paths below it
 * @param outputOnly fields that may be there and mean nothing
 */
record UpdateMask(Map<String, Set<String>> fields, Set<String> outputOnly) {
  /** What cannot be without a value: cleared, they are empty. */
  private static final Set<String> LISTS = Set.of("models", "provider_models");

  /**
   * What is stored with the changes of a body, as a document that is then read whole.
   *
   * @param stored is changed
   * @param mask absent = the fields of the body
   * @throws dev.adp.domain.Failure.Invalid naming every path of the mask that does not exist
   */
  JsonObject merged(JsonObject body, JsonObject stored, Optional<String> mask) {
    Set<String> paths =
        mask.map(
                text ->
                    Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .collect(Collectors.toSet()))
            .orElseGet(() -> new HashSet<>(body.fieldNames()));
    if (mask.isPresent()) {
      check(paths);
    }
    paths.stream()
        .filter(path -> !outputOnly.contains(path))
        .sorted()
        .forEach(path -> copy(body, stored, path));
    body.fieldNames().stream()
        .filter(field -> !fields.containsKey(field) && !outputOnly.contains(field))
        .forEach(stored::putNull); // In the mask or not, null or not: reading finds it unknown.
    return stored;
  }

  private void check(Set<String> paths) {
    var violations = new Violations();
    for (String path : paths) {
      int dot = path.indexOf('.');
      String field = dot == -1 ? path : path.substring(0, dot);
      boolean exists =
          outputOnly.contains(path)
              || (fields.containsKey(field)
                  && (dot == -1 || fields.get(field).contains(path.substring(dot + 1))));
      violations.check(exists, "update_mask", "unknown path \"%s\"".formatted(path));
    }
    violations.throwIfAny();
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
