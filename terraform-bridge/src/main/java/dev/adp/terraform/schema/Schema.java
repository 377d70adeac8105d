package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Type;
import java.util.List;
import java.util.TreeMap;

/**
 * The attributes of a provider, resource, data source or ephemeral resource.
 *
 * @param version counts incompatible changes of what is saved in states
 * @param description Markdown, for people
 */
public record Schema(long version, String description, List<Attribute> attributes) {
  public Schema {
    attributes = List.copyOf(attributes);
  }

  /** A first version. */
  public static Schema of(String description, Attribute... attributes) {
    return new Schema(0, description, List.of(attributes));
  }

  /** The type of its values. */
  public Type.ObjectOf type() {
    return objectOf(attributes);
  }

  static Type.ObjectOf objectOf(List<Attribute> attributes) {
    var types = new TreeMap<String, Type>();
    attributes.forEach(attribute -> types.put(attribute.name(), attribute.type()));
    return new Type.ObjectOf(types);
  }
}
