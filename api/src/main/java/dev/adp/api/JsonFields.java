package dev.adp.api;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Reads the fields of a JSON object, each under its path in the document, and collects what is
 * wrong with any of them. Fields that nobody asked for are wrong too.
 */
final class JsonFields {
  /** Stands in for a name that is wrong. */
  private static final ResourceId ANY_NAME = new ResourceId("x");

  private final JsonObject json;
  private final String prefix;
  private final Violations violations;
  private final Set<String> known = new HashSet<>();

  JsonFields(JsonObject json, String path, Violations violations) {
    this.json = json;
    this.prefix = path.isEmpty() ? "" : path + ".";
    this.violations = violations;
  }

  /** The fields of a whole document; those that are only ever put out mean nothing. */
  static JsonFields of(JsonObject json, Set<String> outputOnly) {
    return new JsonFields(json, "", new Violations()).ignore(outputOnly);
  }

  /** Path of a field of this object. */
  String path(String field) {
    return prefix + field;
  }

  Violations violations() {
    return violations;
  }

  /** Fields that may be there and mean nothing. */
  JsonFields ignore(Set<String> fields) {
    known.addAll(fields);
    return this;
  }

  /** 1 when the field has a value other than null and blank text, else 0. */
  int present(String field) {
    Object value = json.getValue(field);
    return value == null || (value instanceof String text && text.isBlank()) ? 0 : 1;
  }

  Optional<String> text(String field) {
    return read(field, String.class, "must be a string");
  }

  /** A text where empty means absent. */
  Optional<String> nonEmpty(String field) {
    return text(field).filter(text -> !text.isBlank());
  }

  /** A text that a constructor checks; its violations are collected. */
  <T> Optional<T> parsed(String field, BiFunction<String, String, T> parse) {
    return nonEmpty(field)
        .flatMap(text -> violations.attempt(() -> parse.apply(path(field), text)));
  }

  /**
   * A text that must be there and that a constructor checks.
   *
   * @param standIn lets the rest be checked too; it never leaves, since something is wrong already
   */
  <T> T required(String field, BiFunction<String, String, T> parse, T standIn) {
    violations.check(present(field) == 1, path(field), "is required");
    return parsed(field, parse).orElse(standIn);
  }

  /** The name of a resource. */
  ResourceId name() {
    String name = text("name").orElse("");
    return violations.attempt(() -> new ResourceId(name)).orElse(ANY_NAME);
  }

  /**
   * What the fields of a document make, after all of them were read.
   *
   * @throws dev.adp.domain.Failure.Invalid with every violation, the constructor's own too
   */
  <T> T made(Supplier<T> constructor) {
    return made(UnaryOperator.identity(), constructor);
  }

  /**
   * @param placed puts a violation of the constructor at the field that caused it
   */
  <T> T made(UnaryOperator<Violation> placed, Supplier<T> constructor) {
    rejectUnknown();
    var own = new Violations();
    Optional<T> made = own.attempt(constructor);
    own.found().forEach(violation -> violations.add(placed.apply(violation)));
    violations.throwIfAny();
    return made.orElseThrow();
  }

  boolean bool(String field, boolean absent) {
    return read(field, Boolean.class, "must be true or false").orElse(absent);
  }

  Optional<JsonArray> array(String field) {
    return read(field, JsonArray.class, "must be an array");
  }

  /** An object whose fields are free. */
  Optional<JsonObject> read(String field) {
    return read(field, JsonObject.class, "must be an object");
  }

  Optional<JsonFields> object(String field) {
    return read(field).map(object -> new JsonFields(object, path(field), violations));
  }

  /** An int64: a string, as JSON carries it safely, or a number. */
  Optional<Long> int64(String field) {
    known.add(field);
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Integer || value instanceof Long) {
      return Optional.of(((Number) value).longValue());
    }
    if (value instanceof Double number && number.equals((double) number.longValue())) {
      return Optional.of(number.longValue()); // JSON has one kind of number: 1.0 and 1e3 are whole.
    }
    if (value instanceof String text && text.matches("-?[0-9]{1,19}")) {
      try {
        return Optional.of(Long.valueOf(text));
      } catch (NumberFormatException _) {
        // Falls through to the violation: 19 digits can still be too many.
      }
    }
    violations.check(false, path(field), "must be an integer, as a number or a string");
    return Optional.empty();
  }

  /** Call last: whatever was not read by now is not a field of this object. */
  void rejectUnknown() {
    json.fieldNames().stream()
        .filter(field -> !known.contains(field))
        .forEach(field -> violations.check(false, path(field), "unknown field"));
  }

  private <T> Optional<T> read(String field, Class<T> type, String message) {
    known.add(field);
    Object value = json.getValue(field);
    if (value != null && !type.isInstance(value)) {
      violations.check(false, path(field), message);
      return Optional.empty();
    }
    return Optional.ofNullable(type.cast(value));
  }
}
