package dev.adp.store;

import static dev.adp.domain.Permission.CATALOG_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BedrockIds;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.PageKey;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The price catalogue in force, as people may read it. */
public final class ModelCatalog {
  private static final String SHIPPED = "/catalog/models.tsv";
  private static final Comparator<PageKey> BY_TYPE_AND_NAME =
      Comparator.comparing(PageKey::sortValue).thenComparing(PageKey::name);

  private final Supplier<PriceCatalog> catalog;
  private final Clock clock;

  /**
   * @param catalog the one in force, asked anew each time
   */
  public ModelCatalog(Supplier<PriceCatalog> catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /** A catalogue that never changes. */
  public ModelCatalog(PriceCatalog catalog, Clock clock) {
    this(() -> catalog, clock);
  }

  /**
   * A model with its price.
   *
   * @param scheduled rows that come into force later, the next first
   */
  public record Listed(ModelPrice price, List<ModelPrice> scheduled, String catalogVersion) {}

  /** Models of a provider type that can be called, with the prices that are in force now. */
  public List<ModelPrice> models(Actor actor, String providerType) {
    actor.require(CATALOG_GET);
    return callable(catalog.get(), providerType).toList();
  }

  private Stream<ModelPrice> callable(PriceCatalog prices, String providerType) {
    return prices.models(providerType, clock.instant()).stream()
        .filter(price -> !providerType.equals("BEDROCK") || BedrockIds.isCallable(price.model()));
  }

  /**
   * The same of one type or of all, by type and name, from a place in the list on.
   *
   * @param providerType only models of this type
   * @param name only the model of exactly this name
   * @param region only what can be called from this region; concerns Bedrock alone
   */
  public Slice<Listed> page(
      Actor actor,
      Optional<String> providerType,
      Optional<String> name,
      Optional<AwsRegion> region,
      int rowsMax,
      Optional<PageKey> after) {
    actor.require(CATALOG_GET);
    PriceCatalog prices = catalog.get();
    var rows =
        ProviderConfig.TYPES.stream()
            .filter(type -> providerType.isEmpty() || providerType.get().equals(type))
            .flatMap(type -> callable(prices, type))
            .filter(price -> name.isEmpty() || name.get().equals(price.model()))
            .filter(price -> region.isEmpty() || isUsableFrom(region.get(), price))
            .sorted(Comparator.comparing(ModelCatalog::place, BY_TYPE_AND_NAME))
            .filter(
                price -> after.isEmpty() || BY_TYPE_AND_NAME.compare(place(price), after.get()) > 0)
            .limit(rowsMax + 1L)
            .map(
                price ->
                    new Listed(
                        price,
                        prices.scheduled(price.providerType(), price.model(), clock.instant()),
                        prices.version()))
            .toList();
    return Slice.of(rows, rowsMax, listed -> place(listed.price()));
  }

  private static boolean isUsableFrom(AwsRegion region, ModelPrice price) {
    return !price.providerType().equals("BEDROCK")
        || BedrockIds.isUsableFrom(price.model(), region);
  }

  private static PageKey place(ModelPrice price) {
    return new PageKey(price.providerType(), price.model());
  }

  /** The price of one model now. */
  public Optional<ModelPrice> find(Actor actor, String providerType, String model) {
    actor.require(CATALOG_GET);
    return catalog.get().find(providerType, model, clock.instant());
  }

  /** The catalogue that ships. */
  public static PriceCatalog shipped() {
    return shippedFile().catalog();
  }

  /** The file that ships. */
  public static CatalogFile shippedFile() {
    try (var stream =
        Objects.requireNonNull(ModelCatalog.class.getResourceAsStream(SHIPPED), SHIPPED)) {
      return CatalogFile.parse(CatalogFile.text(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
