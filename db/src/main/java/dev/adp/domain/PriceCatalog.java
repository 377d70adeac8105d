package dev.adp.domain;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What models cost, by provider type and model, at any time. Immutable. */
public final class PriceCatalog {
  private static final String BEDROCK = "BEDROCK";

  /** How parts of a service tier begin that say where the call was served. */
  private static final String GEOGRAPHY = "geo_";

  private static final int KNOWN_MAX = 10_000;

  private record Key(String providerType, String model) {}

  /**
   * The rows that price a name, and by what their rates are multiplied.
   *
   * @param rows the latest first
   */
  private record Named(List<ModelPrice> rows, BigDecimal factor) {
    Optional<Found> at(Instant time) {
      for (ModelPrice row : rows) {
        if (!row.effectiveFrom().isAfter(time)) {
          return Optional.of(new Found(row, factor));
        }
      }
      return Optional.empty();
    }
  }

  /** A row and by what its rates are multiplied. */
  private record Found(ModelPrice row, BigDecimal factor) {
    /** Empty when nobody knows what the row costs at that service tier. */
    Optional<Tariff> tariff(Rates overrides, String serviceTier, long promptTokens) {
      return row.multiplier(serviceTier)
          .map(
              multiplier ->
                  new Tariff(
                      overrides,
                      row.ratesFor(promptTokens),
                      factor.multiply(multiplier),
                      row.thresholdFor(promptTokens)));
    }
  }

  private final String version;
  private final List<ModelPrice> inFileOrder;
  private final Map<Key, List<ModelPrice>> rows;

  /**
   * What names have led to, since each call asks for its own. Bounded, as callers make up names.
   */
  private final Map<Key, Named> known = new ConcurrentHashMap<>();

  /** Bedrock's Claude models by their ids without release, where only one release is listed. */
  private final Map<String, String> bedrockFamilies;

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
    this.bedrockFamilies = bedrockFamilies(prices);
  }

  private static Map<String, String> bedrockFamilies(List<ModelPrice> prices) {
    Map<String, List<String>> releases =
        prices.stream()
            .filter(price -> price.providerType().equals(BEDROCK))
            .map(ModelPrice::model)
            .distinct()
            .filter(model -> ModelNames.bedrockFamily(model).isPresent())
            .collect(groupingBy(model -> ModelNames.bedrockFamily(model).orElseThrow()));
    return releases.entrySet().stream()
        .filter(family -> family.getValue().size() == 1)
        .collect(toUnmodifiableMap(Map.Entry::getKey, family -> family.getValue().getFirst()));
  }

  public String version() {
    return version;
  }

  /** All rows, those of other times too, in the order of the file. */
  public List<ModelPrice> rows() {
    return inFileOrder;
  }

  /**
   * What a model costs at that time: by its own row, or by that of the model which it is another
   * name of ({@link ModelNames}).
   */
  public Optional<ModelPrice> find(String providerType, String model, Instant at) {
    return resolve(providerType, model, at)
        .map(
            found ->
                found.factor().compareTo(BigDecimal.ONE) == 0
                    ? found.row()
                    : found.row().times(found.factor()));
  }

  /** Whoever has rows of his own has no other price, not even before the first of them holds. */
  private Optional<Found> resolve(String providerType, String model, Instant at) {
    var key = new Key(providerType, model);
    Named named = known.get(key);
    if (named == null) {
      Optional<Named> found = named(key);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      named = found.get();
      if (known.size() < KNOWN_MAX) {
        known.put(key, named);
      }
    }
    return named.at(at);
  }

  private Optional<Named> named(Key key) {
    return ModelNames.candidates(key.providerType(), key.model()).stream()
        .flatMap(
            candidate ->
                named(key.providerType(), candidate.name())
                    .map(prices -> new Named(prices, candidate.factor())))
        .findFirst();
  }

  private Stream<List<ModelPrice>> named(String providerType, String name) {
    List<ModelPrice> own = rows.get(new Key(providerType, name));
    if (own != null) {
      return Stream.of(own);
    }
    return providerType.equals(BEDROCK)
        ? ModelNames.bedrockFamily(name).map(bedrockFamilies::get).stream()
            .flatMap(release -> named(providerType, release))
        : Stream.of();
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

  /** The rows of a model that come into force later, the next first. */
  public List<ModelPrice> scheduled(String providerType, String model, Instant at) {
    return rows.getOrDefault(new Key(providerType, model), List.of()).reversed().stream()
        .filter(price -> price.effectiveFrom().isAfter(at))
        .toList();
  }

  /** Prices one call of the standard service tier. */
  public Cost price(
      String providerType,
      String modelAsked,
      String modelAnswered,
      Rates overrides,
      Tokens tokens,
      Instant at) {
    return price(providerType, modelAsked, modelAnswered, "", overrides, tokens, at);
  }

  /**
   * Prices one call.
   *
   * @see #tariff
   */
  public Cost price(
      String providerType,
      String modelAsked,
      String modelAnswered,
      String serviceTier,
      Rates overrides,
      Tokens tokens,
      Instant at) {
    return tariff(
            providerType, modelAsked, modelAnswered, serviceTier, overrides, tokens.prompt(), at)
        .cost(tokens);
  }

  /**
   * What a call is priced by. The model that answered decides, since that is what the upstream
   * bills; the one that was asked for stands in when the catalogue does not know it. On Bedrock it
   * is the other way round: only the id that was asked for tells the geography. Overrides belong to
   * the name that the provider lists, which is what callers ask for; they are final, whatever the
   * geography or the service tier. In a tier that the row does not name the call is unpriced: some
   * such tiers cost half, others twice as much.
   *
   * @param serviceTier as the upstream reports it, see {@link ModelPrice#multiplier}; empty is the
   *     standard one
   * @param overrides the provider's own rates for the model asked for
   * @param promptTokens of the call, caches included
   * @param at when the call was made
   */
  public Tariff tariff(
      String providerType,
      String modelAsked,
      String modelAnswered,
      String serviceTier,
      Rates overrides,
      long promptTokens,
      Instant at) {
    boolean bedrock = providerType.equals(BEDROCK);
    String first = bedrock ? modelAsked : modelAnswered;
    String second = bedrock ? modelAnswered : modelAsked;
    return resolve(providerType, first, at)
        .or(() -> resolve(providerType, second, at))
        .flatMap(
            found ->
                found.tariff(
                    overrides, bedrock ? withoutGeography(serviceTier) : serviceTier, promptTokens))
        .orElseGet(() -> new Tariff(overrides, Rates.NONE, BigDecimal.ONE, 0));
  }

  private static String withoutGeography(String serviceTier) {
    return Arrays.stream(serviceTier.split("\\+", -1))
        .filter(tier -> !tier.startsWith(GEOGRAPHY))
        .collect(joining("+"));
  }
}
