package dev.adp.gateway;

import dev.adp.domain.Tokens;
import java.util.Optional;

/**
 * What an upstream has said about a call so far.
 *
 * @param tokens absent until it has said anything about them: never zero by default
 * @param model the model that it says it used, or empty
 * @param id its own id of the answer, or empty
 * @param serviceTier the tier that it says it served the call at, or empty; several that hold at
 *     once are joined by {@code +}; it may decide the price
 * @param failed whether it told of an error inside an answer that had begun well
 * @param odd whether counts contradicted each other, so that one was clamped to zero
 * @param background whether the answer is kept by the upstream, as one that is made in the
 *     background, so that any number of calls may show it
 */
record Reported(
    Optional<Tokens> tokens,
    String model,
    String id,
    String serviceTier,
    boolean failed,
    boolean odd,
    boolean background) {
  static final Reported NOTHING = new Reported(Optional.empty(), "", "", "", false, false, false);

  static Reported of(Optional<Tokens> tokens, String model, String id) {
    return new Reported(tokens, model, id, "", false, false, false);
  }

  /** The same at a service tier, together with the one that is known already. */
  Reported alsoAt(String tier) {
    return serviceTier.isEmpty() ? servedAt(tier) : servedAt(serviceTier + "+" + tier);
  }

  Reported servedAt(String tier) {
    return new Reported(tokens, model, id, tier, failed, odd, background);
  }

  Reported asFailed(boolean hasFailed) {
    return new Reported(tokens, model, id, serviceTier, hasFailed, odd, background);
  }

  Reported asOdd(boolean isOdd) {
    return new Reported(tokens, model, id, serviceTier, failed, isOdd, background);
  }

  Reported asBackground(boolean isBackground) {
    return new Reported(tokens, model, id, serviceTier, failed, odd, isBackground);
  }

  /** The newer report where it says something, since counts are cumulative. */
  Reported then(Reported newer) {
    return new Reported(
        newer.tokens.or(() -> tokens),
        newer.model.isEmpty() ? model : newer.model,
        newer.id.isEmpty() ? id : newer.id,
        newer.serviceTier.isEmpty() ? serviceTier : newer.serviceTier,
        failed || newer.failed,
        odd || newer.odd,
        background || newer.background);
  }
}
