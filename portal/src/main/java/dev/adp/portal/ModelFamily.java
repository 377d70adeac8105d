package dev.adp.portal;

import java.util.List;
import java.util.Optional;

/**
 * Models that a client can work with.
 *
 * @param part what their names have in common; empty = all
 * @param example one of them, for a provider that allows every model
 */
record ModelFamily(String part, String example) {

  /**
   * The model to show.
   *
   * @param allowed all that the provider allows; none = every model
   * @return empty when the provider allows none of this family
   */
  Optional<String> choose(List<String> allowed) {
    return allowed.isEmpty()
        ? Optional.of(example)
        : allowed.stream().filter(name -> name.contains(part)).findFirst();
  }
}
