package dev.adp.domain;

import java.util.regex.Pattern;

/** Machine identifier of a resource: immutable, part of URLs. */
public record ResourceId(String value) implements Comparable<ResourceId> {
  public static final int LENGTH_MAX = 63;
  private static final Pattern SYNTAX = Pattern.compile("[a-z][a-z0-9-]*");

  public ResourceId {
    new Violations()
        .check(
            SYNTAX.matcher(value).matches(),
            "name",
            "must match ^[a-z][a-z0-9-]*$: lowercase letters, numbers and hyphens, starting with a letter")
        .check(
            value.length() <= LENGTH_MAX,
            "name",
            "must have at most %d characters".formatted(LENGTH_MAX))
        .throwIfAny();
  }

  /**
   * Reads a reference to a resource from a field.
   *
   * @throws Failure.Invalid naming that field
   */
  public static ResourceId of(String field, String value) {
    try {
      return new ResourceId(value);
    } catch (Failure.Invalid invalid) {
      throw new Failure.Invalid(field, invalid.violations().getFirst().message());
    }
  }

  @Override
  public int compareTo(ResourceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
