package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import dev.adp.terraform.sdk.Unfinished;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What the resources share. */
final class Common {
  /** The version of an object that the state shows, for {@code If-Match}. */
  static final String ETAG = "etag";

  private Common() {}

  static Attribute id() {
    return Attribute.computed("id", Type.STRING, "The same as `name`.").keptInState();
  }

  static Attribute name() {
    return Attribute.required(
            "name", Type.STRING, "Resource ID, part of URLs. Another one makes a new object.")
        .where(Texts.NAME_SYNTAX)
        .where(Texts.NAME_LENGTH)
        .replacing();
  }

  static Attribute displayName() {
    return Attribute.required("display_name", Type.STRING, "One line for people.")
        .where(Texts.DISPLAY_NAME);
  }

  static Attribute description() {
    return Attribute.defaulted("description", Type.STRING, Value.text(""), "For people.")
        .where(Texts.DESCRIPTION);
  }

  static Attribute createdAt() {
    return Attribute.computed("created_at", Type.STRING, "When it was created (RFC 3339).")
        .keptInState();
  }

  static Attribute updatedAt() {
    return Attribute.computed("updated_at", Type.STRING, "When it last changed (RFC 3339).");
  }

  /** The id of a new object is its name, so it is known as soon as that is. */
  static void planId(PlannedChange change) {
    change.set("id", change.planned().get("name"));
  }

  /** The state of what has just been made: also when the answer cannot be read, it is there. */
  static State made(Value.Structure planned, Supplier<State> reading) {
    try {
      return reading.get();
    } catch (Refusal unreadable) {
      throw new Unfinished(planned, unreadable.diagnostics());
    }
  }

  /**
   * What is known of an object by its name alone.
   *
   * @throws Refusal when nothing can be called so
   */
  static State named(Schema schema, String name) {
    schema.attributes().stream()
        .filter(attribute -> attribute.name().equals("name"))
        .flatMap(attribute -> attribute.rules().stream())
        .flatMap(rule -> rule.violation(Value.text(name)).stream())
        .findFirst()
        .ifPresent(
            violation -> {
              throw new Refusal(
                  Diagnostic.error(
                      "Not an id",
                      "The id to import is the name of what is there, which %s."
                          .formatted(violation)));
            });
    var values = new TreeMap<String, Value>();
    schema.attributes().forEach(attribute -> values.put(attribute.name(), Value.Null.NULL));
    values.put("id", Value.text(name));
    values.put("name", Value.text(name));
    return State.of(new Value.Structure(values));
  }

  static Map<String, String> notes(com.google.gson.JsonObject json) {
    String etag = Refusals.text(json, ETAG);
    return etag.isEmpty() ? Map.of() : Map.of(ETAG, etag);
  }

  static Optional<String> etag(State state) {
    return Optional.ofNullable(state.notes().get(ETAG));
  }

  static String name(Value.Structure values) {
    return values.text("name").orElseThrow();
  }
}
