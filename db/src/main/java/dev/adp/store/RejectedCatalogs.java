package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.CATALOG_VERSION;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.CatalogVersion.State;
import dev.adp.domain.Violation;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetched files that were not taken, and why: of each only its digest and what is wrong with it.
 * What is wrong may be so today only, so they are judged anew whenever they come again.
 */
final class RejectedCatalogs {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedCatalogs.class);

  /** Broken files that are kept, so that one who serves a new one each day fills no disk. */
  private static final int REJECTED_MAX = 20;

  private static final Condition REJECTED = CATALOG_VERSION.STATE.eq(State.REJECTED.name());

  private final Database database;
  private final Clock clock;

  RejectedCatalogs(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Remembers a file; logs it unless the same was wrong with it before. */
  void add(String text, String source, List<Violation> problems) {
    String digest = CatalogFile.digest(text);
    JsonObject wrong = CatalogJson.of(problems);
    Optional<JsonObject> before =
        database.first(
            sql.select(CATALOG_VERSION.DIFF)
                .from(CATALOG_VERSION)
                .where(REJECTED.and(CATALOG_VERSION.DIGEST.eq(digest))),
            row -> row.getJsonObject("diff"));
    if (before.equals(Optional.of(wrong))) {
      return;
    }
    LOG.warn(
        "the price catalogue from {} is not taken, GET /v1/catalog/versions tells all {} reasons:"
            + " {} {}",
        source,
        problems.size(),
        problems.getFirst().field(),
        problems.getFirst().message());
    int _ =
        database.transaction(
            tx -> {
              tx.execute(
                  sql.insertInto(CATALOG_VERSION)
                      .set(CATALOG_VERSION.VERSION, "")
                      .set(CATALOG_VERSION.DIGEST, digest)
                      .set(CATALOG_VERSION.SOURCE, source)
                      .set(CATALOG_VERSION.FETCHED_AT, Times.now(clock))
                      .set(CATALOG_VERSION.STATE, State.REJECTED.name())
                      .set(CATALOG_VERSION.DIFF, JSONB.jsonb(wrong.encode()))
                      .set(CATALOG_VERSION.CONTENT, "")
                      .onConflict(CATALOG_VERSION.DIGEST)
                      .doUpdate()
                      .set(CATALOG_VERSION.DIFF, DSL.excluded(CATALOG_VERSION.DIFF))
                      .set(CATALOG_VERSION.SOURCE, DSL.excluded(CATALOG_VERSION.SOURCE))
                      .set(CATALOG_VERSION.FETCHED_AT, DSL.excluded(CATALOG_VERSION.FETCHED_AT))
                      // Another instance may have taken it meanwhile.
                      .where(REJECTED));
              return tx.execute(
                  sql.deleteFrom(CATALOG_VERSION)
                      .where(
                          REJECTED,
                          CATALOG_VERSION.ID.notIn(
                              sql.select(CATALOG_VERSION.ID)
                                  .from(CATALOG_VERSION)
                                  .where(REJECTED)
                                  .orderBy(CATALOG_VERSION.ID.desc())
                                  .limit(REJECTED_MAX))));
            });
  }

  /** Makes room for the same file, which is taken now. */
  static void forget(Database.Tx tx, String digest) {
    tx.execute(
        sql.deleteFrom(CATALOG_VERSION).where(REJECTED.and(CATALOG_VERSION.DIGEST.eq(digest))));
  }
}
