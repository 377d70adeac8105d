package dev.adp.store;

import static dev.adp.store.schema.Tables.CATALOG_VERSION;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.PriceCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The price catalogue in force, in memory.
 *
 * @param id of its row; 0 when the database has none in force
 */
record HeldCatalog(long id, PriceCatalog catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(HeldCatalog.class);

  /**
   * Reads the catalogue in force unless it is the one that is held. One that this program cannot
   * read must not keep other changes from acting.
   */
  static HeldCatalog read(Queries queries, HeldCatalog held) {
    try {
      return queries
          .first(
              CatalogVersions.selectActive().and(CATALOG_VERSION.ID.ne(held.id())),
              row -> new HeldCatalog(row.getLong("id"), CatalogVersions.file(row)))
          .orElse(held);
    } catch (Invalid e) {
      LOG.error("the price catalogue in force cannot be read: the one before stays", e);
      return held;
    }
  }
}
