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
    return new JsonKeys(
        Set.of(names).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(toUnmodifiableSet()));
  }

  boolean contains(String name) {
    return lowerCase.contains(name.toLowerCase(Locale.ROOT));
  }
}
