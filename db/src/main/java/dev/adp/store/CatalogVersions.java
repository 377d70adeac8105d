package dev.adp.store;

import static dev.adp.domain.Permission.CATALOG_GET;
import static dev.adp.domain.Permission.CATALOG_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.CATALOG_VERSION;

import dev.adp.domain.Actor;
import dev.adp.domain.CatalogDiff;
import dev.adp.domain.CatalogFetch;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.CatalogVersion;
import dev.adp.domain.CatalogVersion.State;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.PageKey;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Role;
import dev.adp.domain.Slice;
import dev.adp.domain.Violation;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.SelectConditionStep;
import org.jooq.SelectField;
import org.jooq.SelectJoinStep;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The price catalogues that were offered, and which of them is in force: a new one at once, unless
 * it changes what an administrator must see first. Each is taken whole or not at all.
 */
public final class CatalogVersions {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogVersions.class);

  /** One at a time decides what is in force. */
  private static final long ADVISORY_LOCK = 0x61_64_70_01;

  private static final String ACTIVE = State.ACTIVE.name();

  private static final Actor SYSTEM = new Actor("system", "system", Role.ADMIN);

  private final Database database;
  private final Clock clock;
  private final RejectedCatalogs rejected;
  private volatile Optional<CatalogFetch> latestFetch = Optional.empty();

  public CatalogVersions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.rejected = new RejectedCatalogs(database, clock);
  }

  /** The newest first. */
  public Slice<CatalogVersion> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    actor.require(CATALOG_GET);
    var rows =
        database.list(
            select()
                .where(after.map(CatalogVersions::behind).orElseGet(DSL::noCondition))
                .orderBy(CATALOG_VERSION.ID.desc())
                .limit(rowsMax + 1),
            CatalogVersions::read);
    return Slice.of(rows, rowsMax, version -> PageKey.ofName(String.valueOf(version.id())));
  }

  /**
   * A version and its file.
   *
   * @param text empty when it was rejected: then it is not kept
   */
  public record Stored(CatalogVersion version, String text) {}

  /**
   * One of them.
   *
   * @param id the one in force when absent
   * @throws NotFound when there is none, or when it is no id at all
   */
  public Stored get(Actor actor, Optional<String> id) {
    actor.require(CATALOG_GET);
    Condition wanted =
        id.map(CatalogVersions::number)
            .map(CATALOG_VERSION.ID::eq)
            .orElseGet(() -> CATALOG_VERSION.STATE.eq(ACTIVE));
    return database
        .first(
            select(CATALOG_VERSION.CONTENT).where(wanted),
            row -> new Stored(read(row), row.getString("content")))
        .orElseThrow(() -> notFound(id.orElse("active")));
  }

  private static long number(String id) {
    if (!id.matches("[0-9]{1,18}")) {
      throw notFound(id);
    }
    return Long.parseLong(id);
  }

  private static NotFound notFound(String id) {
    return new NotFound("catalogue version", id);
  }

  /** How fetching from the operator's own source went; empty when he has named none. */
  public Optional<CatalogFetch> latestFetch(Actor actor) {
    actor.require(CATALOG_GET);
    return latestFetch;
  }

  /** The same for metrics. */
  public Optional<CatalogFetch> fetchReport() {
    return latestFetch;
  }

  void report(CatalogFetch fetch) {
    latestFetch = Optional.of(fetch);
  }

  private static Condition behind(PageKey key) {
    if (!key.name().matches("[0-9]{1,18}")) {
      throw new Invalid("page_token", "must be the next_page_token of the page before");
    }
    return CATALOG_VERSION.ID.lt(Long.valueOf(key.name()));
  }

  /** What has become of a file that was brought or fetched before; empty when it is not kept. */
  public Optional<CatalogVersion> known(Actor actor, String text) {
    actor.require(CATALOG_UPDATE);
    return kept(CatalogFile.digest(text)).filter(version -> version.state() != State.SUPERSEDED);
  }

  /**
   * Takes a catalogue that somebody brings. One that is in force or waits stays what it is.
   *
   * @throws Invalid naming every line that breaks the format
   * @throws Conflict when it is not newer than the one in force, or has been superseded
   */
  public CatalogVersion offer(Actor actor, String text, String source) {
    actor.require(CATALOG_UPDATE);
    return admit(actor, CatalogFile.parseWhole(text), source);
  }

  /**
   * Puts a catalogue in force that waits for it.
   *
   * @throws NotFound when there is none, or when it is no id at all
   * @throws Conflict when it does not wait
   */
  public CatalogVersion approve(Actor actor, String text) {
    actor.require(CATALOG_UPDATE);
    long id = number(text);
    return database.change(
        actor,
        tx -> {
          lock(tx);
          CatalogVersion version =
              tx.first(select().where(CATALOG_VERSION.ID.eq(id)), CatalogVersions::read)
                  .orElseThrow(() -> notFound(text));
          if (version.state() != State.PENDING) {
            throw new Conflict(
                "catalogue version %d is %s: only a pending one can be approved"
                    .formatted(id, version.state()));
          }
          supersede(tx, State.ACTIVE);
          tx.execute(
              sql.update(CATALOG_VERSION)
                  .set(CATALOG_VERSION.STATE, State.ACTIVE.name())
                  .where(CATALOG_VERSION.ID.eq(id)));
          tx.audit(
              AuditEntry.updated(
                  CATALOG_UPDATE,
                  "catalog/versions/" + id,
                  new JsonObject().put("state", State.PENDING.name()),
                  new JsonObject().put("state", State.ACTIVE.name())));
          return tx.first(select().where(CATALOG_VERSION.ID.eq(id)), CatalogVersions::read)
              .orElseThrow();
        });
  }

  /** Takes the catalogue that ships, unless one of the same day or later is in force. */
  public void adoptShipped(CatalogFile shipped) {
    try {
      if (inForce().filter(version -> version.compareTo(shipped.version()) >= 0).isEmpty()) {
        var _ = admit(SYSTEM, shipped, "shipped");
      }
    } catch (Conflict e) {
      LOG.info("the catalogue that ships is not taken: {}", e.text()); // Another was faster.
    }
  }

  /**
   * Takes the catalogue that ships where there is none as yet. What comes after it is for the
   * operator to say who publishes his own: a new release must not take the place of his.
   */
  public void adoptFirst(CatalogFile shipped) {
    Optional<String> version = inForce();
    if (version.isEmpty()) {
      adoptShipped(shipped);
    } else if (version.get().compareTo(shipped.version()) < 0) {
      LOG.info(
          "the catalogue that ships, {}, is newer than {}, which is in force: ADP_CATALOG_URL decides",
          shipped.version(),
          version.get());
    }
  }

  private Optional<String> inForce() {
    return database.first(selectActive(), CatalogVersions::file).map(PriceCatalog::version);
  }

  /**
   * What has become of a file that was fetched.
   *
   * @param problem why it prices nothing, in words; empty when it is in force or waits
   */
  record Fetched(State state, String problem) {}

  /** Takes a catalogue that was fetched; one that is not good is remembered and logged once. */
  Fetched fetched(String text, String source) {
    Optional<Fetched> before = fetchedBefore(CatalogFile.digest(text));
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return new Fetched(admit(SYSTEM, CatalogFile.parseWhole(text), source).state(), "");
    } catch (Invalid e) {
      rejected.add(text, source, e.violations());
    } catch (Conflict e) {
      rejected.add(text, source, List.of(new Violation("file", e.text())));
    }
    return new Fetched(State.REJECTED, "it was not taken; the versions tell why");
  }

  /** What has become of a file since it was taken; empty when it was not. */
  Optional<Fetched> fetchedBefore(String digest) {
    return kept(digest)
        .map(
            version ->
                new Fetched(
                    version.state(),
                    version.state() == State.SUPERSEDED ? superseded(version) : ""));
  }

  private String superseded(CatalogVersion version) {
    return "version %s has been superseded, %s is in force: publish it under a newer version"
        .formatted(version.version(), inForce().orElse("none"));
  }

  private CatalogVersion admit(Actor actor, CatalogFile file, String source) {
    try {
      CatalogVersion version =
          kept(file.digest())
              .orElseGet(() -> database.change(actor, tx -> admit(tx, file, source)));
      if (version.state() == State.SUPERSEDED) {
        throw new Conflict(superseded(version));
      }
      return version;
    } catch (PgException e) {
      if (!Database.isUniqueViolation(e)) {
        throw e;
      }
      return kept(file.digest()).orElseThrow(() -> e); // Another instance was faster.
    }
  }

  private CatalogVersion admit(Database.Change tx, CatalogFile file, String source) {
    lock(tx);
    Optional<PriceCatalog> before = tx.first(selectActive(), CatalogVersions::file);
    before
        .map(PriceCatalog::version)
        .filter(version -> version.compareTo(file.version()) >= 0)
        .ifPresent(
            version -> {
              throw new Conflict(
                  "version %s is not newer than %s, which is in force"
                      .formatted(file.version(), version));
            });
    CatalogDiff diff =
        CatalogDiff.between(
            before.orElseGet(() -> new PriceCatalog("", List.of())),
            file.catalog(),
            clock.instant());
    boolean waits = before.isPresent() && diff.held();
    RejectedCatalogs.forget(tx, file.digest());
    supersede(tx, State.PENDING);
    if (!waits) {
      supersede(tx, State.ACTIVE);
    }
    CatalogVersion version =
        insert(tx, file, source, waits ? State.PENDING : State.ACTIVE, CatalogJson.of(diff));
    JsonObject counts = new JsonObject(version.diff());
    counts.remove("rows");
    tx.audit(
        AuditEntry.created(
            CATALOG_UPDATE,
            "catalog/versions/" + version.id(),
            counts
                .put("version", version.version())
                .put("source", source)
                .put("state", version.state().name())));
    if (waits) {
      LOG.warn(
          "the price catalogue {} from {} waits for approval: POST /v1/catalog/versions/{}/approve",
          version.version(),
          source,
          version.id());
    }
    return version;
  }

  private CatalogVersion insert(
      Database.Tx tx, CatalogFile file, String source, State state, JsonObject diff) {
    return tx.first(
            sql.insertInto(CATALOG_VERSION)
                .set(CATALOG_VERSION.VERSION, file.version())
                .set(CATALOG_VERSION.DIGEST, file.digest())
                .set(CATALOG_VERSION.SOURCE, source)
                .set(CATALOG_VERSION.FETCHED_AT, Times.now(clock))
                .set(CATALOG_VERSION.STATE, state.name())
                .set(CATALOG_VERSION.DIFF, JSONB.jsonb(diff.encode()))
                .set(CATALOG_VERSION.CONTENT, file.text())
                .returning(),
            CatalogVersions::read)
        .orElseThrow();
  }

  private static void lock(Database.Tx tx) {
    tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
  }

  private static void supersede(Database.Tx tx, State state) {
    tx.execute(
        sql.update(CATALOG_VERSION)
            .set(CATALOG_VERSION.STATE, State.SUPERSEDED.name())
            .where(CATALOG_VERSION.STATE.eq(state.name())));
  }

  /** A file that was taken; those that were not may be good by now. */
  private Optional<CatalogVersion> kept(String digest) {
    return database.first(
        select()
            .where(CATALOG_VERSION.DIGEST.eq(digest))
            .and(CATALOG_VERSION.STATE.ne(State.REJECTED.name())),
        CatalogVersions::read);
  }

  static SelectConditionStep<?> selectActive() {
    return sql.select(CATALOG_VERSION.ID, CATALOG_VERSION.CONTENT)
        .from(CATALOG_VERSION)
        .where(CATALOG_VERSION.STATE.eq(State.ACTIVE.name()));
  }

  static PriceCatalog file(Row row) {
    return CatalogFile.parse(row.getString("content")).catalog();
  }

  private static SelectJoinStep<?> select(SelectField<?>... more) {
    return sql.select(
            CATALOG_VERSION.ID,
            CATALOG_VERSION.VERSION,
            CATALOG_VERSION.DIGEST,
            CATALOG_VERSION.SOURCE,
            CATALOG_VERSION.FETCHED_AT,
            CATALOG_VERSION.STATE,
            CATALOG_VERSION.DIFF)
        .select(more)
        .from(CATALOG_VERSION);
  }

  private static CatalogVersion read(Row row) {
    return new CatalogVersion(
        row.getLong("id"),
        row.getString("version"),
        row.getString("digest"),
        row.getString("source"),
        Times.read(row, "fetched_at"),
        State.valueOf(row.getString("state")),
        row.getJsonObject("diff").encode());
  }
}
