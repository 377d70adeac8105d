package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Shape;
import java.util.List;

/**
 * Brings what a server answers into the form that was planned or saved: its own spelling of the
 * same value is no change, and neither is an empty collection where there was none.
 */
public final class Settling {
  private Settling() {}

  /**
   * Settles an answer.
   *
   * @param reference what was planned, or the state so far
   */
  public static Value.Structure settle(
      List<Attribute> attributes, Value.Structure answer, Value reference) {
    return Walk.map(attributes, answer, reference, Settling::settle);
  }

  private static Value settle(Attribute attribute, Value answer, Value reference) {
    if (attribute.writeOnly()) {
      return Value.Null.NULL;
    }
    // What only the provider sets is as it says: no rows are an empty list, which can be counted.
    boolean configurable = attribute.usage() != Attribute.Usage.COMPUTED;
    if (configurable && isNothing(attribute, answer) && isNothing(attribute, reference)) {
      return reference;
    }
    return answer.isKnown() && reference.isKnown() && attribute.same().test(reference, answer)
        ? reference
        : answer;
  }

  /** Null, an empty collection, or an object whose attributes are all null. */
  private static boolean isNothing(Attribute attribute, Value value) {
    if (value.isNull() || value.isEmptyCollection()) {
      return true;
    }
    return attribute.shape() instanceof Shape.Nested
        && value instanceof Value.Structure(var parts)
        && parts.values().stream().allMatch(Value::isNull);
  }
}
