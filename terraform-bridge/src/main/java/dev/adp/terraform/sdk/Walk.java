package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Changes an object attribute by attribute, beside another object of the same type. */
final class Walk {
  /** What becomes of one attribute. */
  @FunctionalInterface
  interface Step {
    Value apply(Attribute attribute, Value value, Value beside);
  }

  private Walk() {}

  /**
   * Applies a step to every attribute, outside in, and into the objects that it leaves in place.
   *
   * @param beside what stands at the same place in the other object; null where there is nothing
   */
  static Value.Structure map(
      List<Attribute> attributes, Value.Structure object, Value beside, Step step) {
    var changed = new TreeMap<String, Value>();
    for (Attribute attribute : attributes) {
      Value other = in(beside, attribute.name());
      Value value = step.apply(attribute, object.get(attribute.name()), other);
      changed.put(attribute.name(), into(attribute, value, other, step));
    }
    return new Value.Structure(changed);
  }

  private static Value into(Attribute attribute, Value value, Value beside, Step step) {
    if (!(attribute.shape() instanceof Shape.Nested(_, var nested))) {
      return value;
    }
    return switch (value) {
      case Value.Structure object -> map(nested, object, beside, step);
      case Value.Entries(var items) -> {
        var changed = new TreeMap<String, Value>();
        items.forEach(
            (key, item) -> changed.put(key, element(nested, item, at(beside, key), step)));
        yield new Value.Entries(changed);
      }
      case Value.Sequence(var items) -> {
        var changed = new ArrayList<Value>();
        for (int i = 0; i < items.size(); i++) {
          changed.add(element(nested, items.get(i), at(beside, i), step));
        }
        yield new Value.Sequence(changed);
      }
      case Value.Null _,
          Value.Unknown _,
          Value.Text _,
          Value.Numeric _,
          Value.Bool _,
          Value.Members _,
          Value.Typed _ ->
          value;
    };
  }

  private static Value element(List<Attribute> nested, Value item, Value beside, Step step) {
    return item instanceof Value.Structure object ? map(nested, object, beside, step) : item;
  }

  private static Value in(Value beside, String name) {
    return beside instanceof Value.Structure object ? object.get(name) : Value.Null.NULL;
  }

  private static Value at(Value beside, String key) {
    return beside instanceof Value.Entries(var items)
        ? items.getOrDefault(key, Value.Null.NULL)
        : Value.Null.NULL;
  }

  private static Value at(Value beside, int index) {
    return beside instanceof Value.Sequence(var items) && index < items.size()
        ? items.get(index)
        : Value.Null.NULL;
  }
}
