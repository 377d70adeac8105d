package dev.adp.store;

import static dev.adp.domain.Permission.GUARDRAIL_CREATE;
import static dev.adp.domain.Permission.GUARDRAIL_DELETE;
import static dev.adp.domain.Permission.GUARDRAIL_GET;
import static dev.adp.domain.Permission.GUARDRAIL_LIST;
import static dev.adp.domain.Permission.GUARDRAIL_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.GUARDRAIL;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.field;

import dev.adp.domain.Actor;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.Guardrail;
import dev.adp.domain.Guardrail.State;
import dev.adp.domain.ListOrder;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderConfig.Bedrock;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Slice;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** Guardrails of AWS Bedrock that providers may attach. */
public final class Guardrails {
  private static final RowOrder.Columns<Guardrail> COLUMNS =
      new RowOrder.Columns<>(
          GUARDRAIL.NAME,
          guardrail -> guardrail.name().value(),
          GUARDRAIL.DISPLAY_NAME,
          guardrail -> guardrail.draft().displayName(),
          GUARDRAIL.CREATED_AT,
          Guardrail::createdAt,
          GUARDRAIL.UPDATED_AT,
          Guardrail::updatedAt);

  private final Database database;
  private final Clock clock;
  private final Supplier<UUID> uids;

  public Guardrails(Database database, Clock clock, Supplier<UUID> uids) {
    this.database = database;
    this.clock = clock;
    this.uids = uids;
  }

  /**
   * @throws AlreadyExists when the name is taken
   */
  public Guardrail create(Actor actor, Guardrail.Draft draft) {
    actor.require(GUARDRAIL_CREATE);
    Instant now = Times.now(clock).toInstant();
    var guardrail =
        new Guardrail(uids.get(), draft, State.ACTIVE, now, now, actor.name(), actor.name(), 1);
    return database.change(
        actor,
        tx -> {
          int inserted =
              tx.execute(
                  sql.insertInto(GUARDRAIL)
                      .set(GUARDRAIL.UID, guardrail.uid())
                      .set(GUARDRAIL.NAME, draft.name().value())
                      .set(GUARDRAIL.CREATED_AT, Times.of(now))
                      .set(GUARDRAIL.CREATED_BY, actor.name())
                      .set(columns(guardrail))
                      .onConflictDoNothing());
          if (inserted == 0) {
            throw new AlreadyExists("guardrail", draft.name().value());
          }
          tx.audit(AuditEntry.created(GUARDRAIL_CREATE, path(draft.name()), json(draft)));
          return guardrail;
        });
  }

  public Guardrail get(Actor actor, ResourceId name) {
    actor.require(GUARDRAIL_GET);
    return database
        .first(sql.selectFrom(GUARDRAIL).where(GUARDRAIL.NAME.eq(name.value())), Guardrails::read)
        .orElseThrow(() -> notFound(name));
  }

  /** Guardrails by name, from a place in the list on. */
  public Slice<Guardrail> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    return list(actor, ListOrder.NAME, rowsMax, after);
  }

  /**
   * Guardrails from a place in the list on.
   *
   * @throws dev.adp.domain.Failure.Invalid when the place is none in a list of this order
   */
  public Slice<Guardrail> list(
      Actor actor, ListOrder wanted, int rowsMax, Optional<PageKey> after) {
    actor.require(GUARDRAIL_LIST);
    actor.require(GUARDRAIL_GET);
    var order = COLUMNS.by(wanted);
    var rows =
        database.list(
            sql.selectFrom(GUARDRAIL)
                .where(after.map(order::behind).orElseGet(DSL::noCondition))
                .orderBy(order.fields())
                .limit(rowsMax + 1),
            Guardrails::read);
    return Slice.of(rows, rowsMax, order::key);
  }

  /** Which providers attach each of these guardrails, by name. */
  public Map<ResourceId, List<ResourceId>> users(Actor actor, List<Guardrail> guardrails) {
    actor.require(GUARDRAIL_GET);
    Map<UUID, ResourceId> names =
        guardrails.stream().collect(toMap(Guardrail::uid, Guardrail::name));
    var users = new LinkedHashMap<ResourceId, List<ResourceId>>();
    database
        .list(
            sql.select(LLM_PROVIDER.GUARDRAIL_UID, LLM_PROVIDER.NAME)
                .from(LLM_PROVIDER)
                .where(
                    LLM_PROVIDER.GUARDRAIL_UID.in(names.keySet()), LLM_PROVIDER.DELETED_AT.isNull())
                .orderBy(LLM_PROVIDER.NAME),
            row -> Map.entry(row.getUUID(0), new ResourceId(row.getString(1))))
        .forEach(
            use ->
                users
                    .computeIfAbsent(names.get(use.getKey()), _ -> new ArrayList<>())
                    .add(use.getValue()));
    return users;
  }

  /**
   * Changes a guardrail; its name stays what it is, and its region while a provider uses it.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   * @throws Conflict when it is being deleted
   */
  public Guardrail update(
      Actor actor,
      ResourceId name,
      Predicate<String> unchanged,
      UnaryOperator<Guardrail.Draft> change) {
    actor.require(GUARDRAIL_UPDATE);
    return database.change(
        actor,
        tx -> {
          Guardrail before = locked(tx, name, unchanged);
          requireActive(before);
          var after =
              new Guardrail(
                  before.uid(),
                  change.apply(before.draft()),
                  before.state(),
                  before.createdAt(),
                  Times.now(clock).toInstant(),
                  before.createdBy(),
                  actor.name(),
                  before.version() + 1);
          boolean moves = !before.draft().region().equals(after.draft().region());
          List<String> users = moves ? users(tx, before) : List.of();
          new Violations()
              .check(before.name().equals(after.name()), "name", "cannot be changed after creation")
              .check(
                  users.isEmpty(),
                  "bedrock_config.region",
                  "cannot be changed while used by " + Mention.of(users))
              .throwIfAny();
          if (after.draft().equals(before.draft())) {
            tx.isNone();
            return before;
          }
          tx.execute(
              sql.update(GUARDRAIL).set(columns(after)).where(GUARDRAIL.UID.eq(after.uid())));
          tx.audit(
              AuditEntry.updated(
                  GUARDRAIL_UPDATE, path(name), json(before.draft()), json(after.draft())));
          return after;
        });
  }

  /**
   * Deletes a guardrail: first it is marked, so that nothing can attach it any more, then it goes.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws Conflict naming the providers that still use it
   */
  public void delete(Actor actor, ResourceId name, Predicate<String> unchanged) {
    actor.require(GUARDRAIL_DELETE);
    Guardrail marked =
        database.change(
            actor,
            tx -> {
              Guardrail before = locked(tx, name, unchanged);
              if (before.state() == State.DELETING) { // Somebody else's, which was not finished.
                tx.isNone();
                return before;
              }
              List<String> users = users(tx, before);
              if (!users.isEmpty()) {
                throw new Conflict(
                    "guardrail \"%s\" is used by %s: detach it first"
                        .formatted(name, Mention.of(users)));
              }
              tx.execute(
                  sql.update(GUARDRAIL)
                      .set(GUARDRAIL.STATE, State.DELETING.name())
                      .where(GUARDRAIL.UID.eq(before.uid())));
              tx.audit(AuditEntry.deleted(GUARDRAIL_DELETE, path(name), json(before.draft())));
              return before;
            });
    database.execute(sql.deleteFrom(GUARDRAIL).where(GUARDRAIL.UID.eq(marked.uid())));
  }

  /**
   * Checks, in the transaction that saves a provider, that it may attach its guardrail, and keeps
   * the guardrail as it is until the commit.
   */
  static void requireUsable(Database.Tx tx, Bedrock config, Violations violations) {
    config
        .guardrail()
        .ifPresent(
            name -> {
              Optional<Guardrail> found =
                  tx.first(
                      sql.selectFrom(GUARDRAIL).where(GUARDRAIL.NAME.eq(name.value())).forShare(),
                      Guardrails::read);
              violations.check(
                  found.isPresent(), "guardrail", "guardrail \"%s\" not found".formatted(name));
              found.ifPresent(guardrail -> requireFitting(guardrail, config, violations));
            });
  }

  private static void requireFitting(Guardrail guardrail, Bedrock config, Violations violations) {
    AwsRegion region = guardrail.draft().region();
    violations
        .check(
            guardrail.state() == State.ACTIVE,
            "guardrail",
            "guardrail \"%s\" is being deleted".formatted(guardrail.name()))
        .check(
            region.equals(config.region()),
            "guardrail",
            "guardrail \"%s\" is in region %s, the provider in %s"
                .formatted(guardrail.name(), region, config.region()));
  }

  /** The key of a guardrail, as a scalar subquery; null for none. */
  static Field<UUID> uid(Optional<ResourceId> name) {
    return name.map(
            id ->
                field(
                    sql.select(GUARDRAIL.UID).from(GUARDRAIL).where(GUARDRAIL.NAME.eq(id.value()))))
        .orElseGet(() -> DSL.castNull(GUARDRAIL.UID));
  }

  private static Guardrail locked(Database.Tx tx, ResourceId name, Predicate<String> unchanged) {
    Guardrail stored =
        tx.first(
                sql.selectFrom(GUARDRAIL).where(GUARDRAIL.NAME.eq(name.value())).forUpdate(),
                Guardrails::read)
            .orElseThrow(() -> notFound(name));
    if (!unchanged.test(stored.etag())) {
      throw new PreconditionFailed(
          "guardrail \"%s\" was changed by %s since you read it: read it again"
              .formatted(name, stored.updatedBy()));
    }
    return stored;
  }

  private static void requireActive(Guardrail guardrail) {
    if (guardrail.state() == State.DELETING) {
      throw new Conflict("guardrail \"%s\" is being deleted".formatted(guardrail.name()));
    }
  }

  /** Names of the providers that attach it. */
  private static List<String> users(Database.Tx tx, Guardrail guardrail) {
    return tx.list(
        sql.select(LLM_PROVIDER.NAME)
            .from(LLM_PROVIDER)
            .where(LLM_PROVIDER.GUARDRAIL_UID.eq(guardrail.uid()), LLM_PROVIDER.DELETED_AT.isNull())
            .orderBy(LLM_PROVIDER.NAME),
        row -> row.getString(0));
  }

  private static Map<Field<?>, Object> columns(Guardrail guardrail) {
    Guardrail.Draft draft = guardrail.draft();
    return Map.of(
        GUARDRAIL.DISPLAY_NAME, draft.displayName(),
        GUARDRAIL.DESCRIPTION, draft.description(),
        GUARDRAIL.ENABLED, draft.enabled(),
        GUARDRAIL.STATE, guardrail.state().name(),
        GUARDRAIL.REGION, draft.region().value(),
        GUARDRAIL.GUARDRAIL_IDENTIFIER, draft.identifier(),
        GUARDRAIL.GUARDRAIL_VERSION, draft.guardrailVersion(),
        GUARDRAIL.UPDATED_AT, Times.of(guardrail.updatedAt()),
        GUARDRAIL.UPDATED_BY, guardrail.updatedBy(),
        GUARDRAIL.VERSION, guardrail.version());
  }

  static Guardrail read(Row row) {
    return new Guardrail(
        row.getUUID("uid"),
        new Guardrail.Draft(
            new ResourceId(row.getString("name")),
            row.getString("display_name"),
            row.getString("description"),
            row.getBoolean("enabled"),
            AwsRegion.of("region", row.getString("region")),
            row.getString("guardrail_identifier"),
            row.getString("guardrail_version")),
        State.valueOf(row.getString("state")),
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"),
        row.getString("created_by"),
        row.getString("updated_by"),
        row.getLong("version"));
  }

  private static JsonObject json(Guardrail.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("display_name", draft.displayName())
        .put("description", draft.description())
        .put("enabled", draft.enabled())
        .put(
            "bedrock_config",
            new JsonObject()
                .put("region", draft.region().value())
                .put("guardrail_identifier", draft.identifier())
                .put("guardrail_version", draft.guardrailVersion()));
  }

  private static String path(ResourceId name) {
    return "guardrails/" + name;
  }

  private static NotFound notFound(ResourceId name) {
    return new NotFound("guardrail", name.value());
  }
}
