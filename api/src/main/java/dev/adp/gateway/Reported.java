package dev.adp.gateway;

import dev.adp.domain.Tokens;
import java.util.Optional;

/**
 * What an upstream has said about a call so far.
 *
 * @param tokens absent until it has said anything about them: never zero by default
 */
record Reported(Optional<Tokens> tokens, String model, String id) {
  static final Reported NOTHING = new Reported(Optional.empty(), "", "");

  /** The newer report where it says something, since counts are cumulative. */
  Reported then(Reported newer) {
    return new Reported(
        newer.tokens.or(() -> tokens),
        newer.model.isEmpty() ? model : newer.model,
        newer.id.isEmpty() ? id : newer.id);
  }
}
