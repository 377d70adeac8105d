package dev.adp.domain;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One row of the price catalogue.
 *
 * @param providerType as {@link ProviderConfig#type()}
 * @param effectiveFrom when these rates came, or come, into force
 * @param tiers rates of long prompts, by falling threshold
 * @param contextTokens size of the context window, when known
 * @param capabilities what the model is known to do, for example {@code chat}; silence is no denial
 * @param serviceTiers by what the rates are multiplied in other service tiers than the standard one
 * @param source where the figures come from
 * @param note what else the source says, or empty
 */
public record ModelPrice(
    String providerType,
    String model,
    Instant effectiveFrom,
    Rates rates,
    List<Tier> tiers,
    Optional<Long> contextTokens,
    List<String> capabilities,
    Map<String, BigDecimal> serviceTiers,
    String source,
    String note) {

  /** What upstreams call the service tier that the rates are those of. */
  private static final Set<String> STANDARD =
      Set.of("", "standard", "default", "auto", "unspecified", "on_demand");

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
    capabilities = List.copyOf(capabilities);
    serviceTiers = Map.copyOf(serviceTiers);
  }

  /** A row of which nothing but its rates is known. */
  public ModelPrice(
      String providerType,
      String model,
      Instant effectiveFrom,
      Rates rates,
      List<Tier> tiers,
      Optional<Long> contextTokens,
      String source) {
    this(
        providerType,
        model,
        effectiveFrom,
        rates,
        tiers,
        contextTokens,
        List.of(),
        Map.of(),
        source,
        "");
  }

  /** The rates for a prompt of this size. */
  public Rates ratesFor(long promptTokens) {
    return tierFor(promptTokens).map(tier -> tier.rates().or(rates)).orElse(rates);
  }

  /** The threshold of the tier that a prompt of this size is in; 0 is that of short ones. */
  long thresholdFor(long promptTokens) {
    return tierFor(promptTokens).map(Tier::abovePromptTokens).orElse(0L);
  }

  private Optional<Tier> tierFor(long promptTokens) {
    return tiers.stream().filter(tier -> promptTokens > tier.abovePromptTokens()).findFirst();
  }

  /**
   * By what the rates are multiplied in a service tier; empty when the row does not name it, since
   * then nobody knows.
   *
   * @param serviceTier as the upstream reports it; several that hold at once are joined by {@code
   *     +}; empty is the standard one
   */
  public Optional<BigDecimal> multiplier(String serviceTier) {
    BigDecimal product = BigDecimal.ONE;
    for (String tier : serviceTier.split("\\+", -1)) {
      BigDecimal multiplier = serviceTiers.get(tier);
      if (multiplier != null) {
        product = product.multiply(multiplier);
      } else if (!STANDARD.contains(tier)) {
        return Optional.empty();
      }
    }
    return Optional.of(product);
  }

  /** The same row at rates that are multiplied, in whole microcents. */
  ModelPrice times(BigDecimal factor) {
    return new ModelPrice(
        providerType,
        model,
        effectiveFrom,
        rates.times(factor),
        tiers.stream()
            .map(tier -> new Tier(tier.abovePromptTokens(), tier.rates().times(factor)))
            .toList(),
        contextTokens,
        capabilities,
        serviceTiers,
        source,
        note);
  }
}
