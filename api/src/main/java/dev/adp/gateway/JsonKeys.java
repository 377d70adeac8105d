package dev.adp.gateway;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Locale;
import java.util.Set;

/** Names of members to look for, in whatever case. Immutable, and made once. */
final class JsonKeys {
  private final Set<String> lowerCase;

  private JsonKeys(Set<String> lowerCase) {
    this.lowerCase = lowerCase;
  }

  static JsonKeys of(String... names) {
    return new JsonKeys(Set.of(names).stream().map(JsonKeys::folded).collect(toUnmodifiableSet()));
  }

  boolean contains(String name) {
    return lowerCase.contains(folded(name));
  }

  /** By way of the upper case, since some readers take a long s for an s, as Go's does. */
  private static String folded(String name) {
    return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
