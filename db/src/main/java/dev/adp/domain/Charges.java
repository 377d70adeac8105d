package dev.adp.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens of one call, or of several that are told of together, each with the tariff that it is
 * priced by. What shares a tariff is summed up before it is priced, so that it is rounded once.
 *
 * @param parts never empty
 * @param calls how many there are
 * @param longest tokens of their longest prompt
 */
public record Charges(Map<Tariff, Tokens> parts, int calls, long longest) {
  public Charges {
    parts = Map.copyOf(parts);
  }

  /** Those of one call. */
  public static Charges of(Tariff tariff, Tokens tokens) {
    return new Charges(Map.of(tariff, tokens), 1, tokens.prompt());
  }

  public Charges plus(Charges other) {
    var sum = new HashMap<>(parts);
    other.parts.forEach((tariff, tokens) -> sum.merge(tariff, tokens, Tokens::plus));
    return new Charges(sum, calls + other.calls, Math.max(longest, other.longest));
  }

  public Tokens tokens() {
    Tokens sum = Tokens.NONE;
    for (Tokens part : parts.values()) {
      sum = sum.plus(part);
    }
    return sum;
  }

  public Cost cost() {
    Cost sum = Cost.NONE;
    for (Map.Entry<Tariff, Tokens> part : parts.entrySet()) {
      sum = sum.plus(part.getKey().cost(part.getValue()));
    }
    return sum;
  }

  /** Tokens of the longest prompt, where there are several. */
  public Optional<Long> longestPrompt() {
    return calls > 1 ? Optional.of(longest) : Optional.empty();
  }
}
