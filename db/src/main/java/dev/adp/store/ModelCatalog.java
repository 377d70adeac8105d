package dev.adp.store;

import static dev.adp.domain.Permission.CATALOG_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.PriceCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The price catalogue in force, as people may read it. */
public final class ModelCatalog {
  private static final String SHIPPED = "/catalog/models.tsv";

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

  /** Models of a provider type with the prices that are in force now. */
  public List<ModelPrice> models(Actor actor, String providerType) {
    actor.require(CATALOG_GET);
    return catalog.get().models(providerType, clock.instant());
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
      return CatalogFile.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
