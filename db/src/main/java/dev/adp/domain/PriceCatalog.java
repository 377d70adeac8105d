package dev.adp.domain;

import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What models cost, by provider type and model, at any time. Immutable. */
public final class PriceCatalog {
  private record Key(String providerType, String model) {}

  private final String version;
  private final Map<Key, List<ModelPrice>> rows;
  private final List<ModelPrice> inFileOrder;

  /**
   * @param version names these figures; stored with each call that they price
   */
  public PriceCatalog(String version, List<ModelPrice> prices) {
    this.version = version;
    this.inFileOrder = List.copyOf(prices);
    this.rows =
        prices.stream()
            .sorted(Comparator.comparing(ModelPrice::effectiveFrom).reversed())
            .collect(groupingBy(price -> new Key(price.providerType(), price.model())));
  }

  public String version() {
    return version;
  }

  /** The row in force at that time. */
  public Optional<ModelPrice> find(String providerType, String model, Instant at) {
    return rows.getOrDefault(new Key(providerType, model), List.of()).stream()
        .filter(price -> !price.effectiveFrom().isAfter(at))
        .findFirst();
  }

  /** Every model of a type with its row in force, in the order of the catalogue. */
  public List<ModelPrice> models(String providerType, Instant at) {
    return inFileOrder.stream()
        .filter(price -> price.providerType().equals(providerType))
        .map(ModelPrice::model)
        .distinct()
        .flatMap(model -> find(providerType, model, at).stream())
        .toList();
  }

  /**
   * Prices one call. The model that answered decides, since that is what the upstream bills; the
   * one that was asked for stands in when the catalogue does not know it. Overrides belong to the
   * name that the provider lists, which is what callers ask for.
   *
   * @param overrides the provider's own rates for the model asked for
   * @param at when the call was made
   */
  public Cost price(
      String providerType,
      String modelAsked,
      String modelAnswered,
      Rates overrides,
      Tokens tokens,
      Instant at) {
    Rates catalog =
        find(providerType, modelAnswered, at)
            .or(() -> find(providerType, modelAsked, at))
            .map(price -> price.ratesFor(tokens.prompt()))
            .orElse(Rates.NONE);
    return Cost.of(tokens, overrides.or(catalog), catalog.cacheWrite5m());
  }
}
