package dev.adp.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One row of the price catalogue.
 *
 * @param providerType as {@link ProviderConfig#type()}
 * @param effectiveFrom when these rates came, or come, into force
 * @param contextTokens size of the context window, when known
 * @param tiers rates of long prompts, by falling threshold
 */
public record ModelPrice(
    String providerType,
    String model,
    Instant effectiveFrom,
    Rates rates,
    List<Tier> tiers,
    Optional<Long> contextTokens,
    String source) {

  /**
   * Rates of the whole call when its prompt, caches included, is strictly larger.
   *
   * @param abovePromptTokens the threshold
   */
  public record Tier(long abovePromptTokens, Rates rates) {}

  public ModelPrice {
    tiers =
        tiers.stream()
            .sorted((a, b) -> Long.compare(b.abovePromptTokens(), a.abovePromptTokens()))
            .toList();
  }

  /** The rates for a prompt of this size. */
  public Rates ratesFor(long promptTokens) {
    return tiers.stream()
        .filter(tier -> promptTokens > tier.abovePromptTokens())
        .findFirst()
        .map(tier -> tier.rates().or(rates))
        .orElse(rates);
  }
}
