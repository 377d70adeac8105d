package dev.adp.store;

import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_DELETE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_GET;
import static dev.adp.domain.Permission.SERVICEACCOUNT_LIST;
import static dev.adp.domain.Permission.SERVICEACCOUNT_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.ListOrder;
import dev.adp.domain.PageKey;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.Slice;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * Machine identities and the credentials that they get tokens with. Nobody gives, takes or touches
 * more rights than he has himself. What changes here acts in this process before the method
 * returns, and in the others as soon as {@link ConfigWatch} sees it there.
 */
public final class ServiceAccounts {
  private static final RowOrder.Columns<ServiceAccount> COLUMNS =
      new RowOrder.Columns<>(
          SERVICE_ACCOUNT.NAME,
          account -> account.name().value(),
          SERVICE_ACCOUNT.DISPLAY_NAME,
          account -> account.draft().displayName(),
          SERVICE_ACCOUNT.CREATED_AT,
          ServiceAccount::createdAt,
          SERVICE_ACCOUNT.UPDATED_AT,
          ServiceAccount::updatedAt);

  private final Database database;
  private final Clock clock;

  public ServiceAccounts(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A credential as it is shown once. */
  public record Credential(
      String clientId, String clientSecret, Instant createdAt, Instant expiresAt) {
    @Override
    public String toString() {
      return "Credential[" + clientId + ", ***]";
    }
  }

  /**
   * Creates a service account without credentials.
   *
   * @throws AlreadyExists when the name is taken
   * @throws Forbidden when the actor would grant a permission that he lacks
   */
  public ServiceAccount create(Actor actor, ServiceAccount.Draft draft) {
    actor.require(SERVICEACCOUNT_CREATE);
    actor.requireAll(draft.role());
    return database.change(actor, tx -> created(tx, draft));
  }

  /**
   * Creates a service account with one credential.
   *
   * @param agent whether its calls are attributed to an agent of its name
   * @throws AlreadyExists when the name is taken
   * @throws Forbidden when the actor would grant a permission that he lacks
   */
  public Credential create(
      Actor actor, ResourceId name, String displayName, Role role, boolean agent) {
    actor.require(SERVICEACCOUNT_CREATE);
    actor.requireAll(role);
    var draft = new ServiceAccount.Draft(name, displayName, role, agent);
    return database.change(
        actor,
        tx -> {
          ServiceAccount _ = created(tx, draft);
          return Credentials.add(tx, name, Times.now(clock).toInstant(), Lifetime.DEFAULT);
        });
  }

  private ServiceAccount created(Database.Change tx, ServiceAccount.Draft draft) {
    var account = insert(tx, draft, Times.now(clock).toInstant());
    tx.audit(AuditEntry.created(SERVICEACCOUNT_CREATE, path(draft.name()), json(draft)));
    return account;
  }

  /** Writes an account inside a transaction that has checked the permission. */
  static ServiceAccount insert(Database.Tx tx, ServiceAccount.Draft draft, Instant now) {
    var account = new ServiceAccount(draft, List.of(), now, now, 1);
    int inserted =
        tx.execute(
            sql.insertInto(SERVICE_ACCOUNT)
                .set(SERVICE_ACCOUNT.NAME, draft.name().value())
                .set(SERVICE_ACCOUNT.CREATED_AT, Times.of(now))
                .set(columns(account))
                .onConflictDoNothing());
    if (inserted == 0) {
      throw new AlreadyExists("service account", draft.name().value());
    }
    return account;
  }

  public ServiceAccount get(Actor actor, ResourceId name) {
    actor.require(SERVICEACCOUNT_GET);
    return database.transaction(tx -> find(tx, name));
  }

  /** Service accounts by name, from a place in the list on. */
  public Slice<ServiceAccount> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    return list(actor, ListOrder.NAME, rowsMax, after);
  }

  /**
   * Service accounts from a place in the list on.
   *
   * @throws dev.adp.domain.Failure.Invalid when the place is none in a list of this order
   */
  public Slice<ServiceAccount> list(
      Actor actor, ListOrder wanted, int rowsMax, Optional<PageKey> after) {
    actor.require(SERVICEACCOUNT_LIST);
    actor.require(SERVICEACCOUNT_GET);
    var order = COLUMNS.by(wanted);
    Condition place = after.map(order::behind).orElseGet(DSL::noCondition);
    return database.transaction(
        tx -> Slice.of(read(tx, place, order, rowsMax + 1), rowsMax, order::key));
  }

  /**
   * Changes a service account; its name stays what it is. It acts on tokens that are already out.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   * @throws Forbidden when it has, or would get, a permission that the actor lacks
   */
  public ServiceAccount update(
      Actor actor,
      ResourceId name,
      Predicate<String> unchanged,
      UnaryOperator<ServiceAccount.Draft> change) {
    actor.require(SERVICEACCOUNT_UPDATE);
    return database.change(
        actor,
        tx -> {
          ServiceAccount before = locked(tx, actor, name, unchanged);
          ServiceAccount.Draft draft = change.apply(before.draft());
          new Violations()
              .check(before.name().equals(draft.name()), "name", "cannot be changed after creation")
              .throwIfAny();
          actor.requireAll(draft.role());
          if (draft.equals(before.draft())) {
            tx.isNone();
            return before;
          }
          var after =
              new ServiceAccount(
                  draft,
                  before.credentials(),
                  before.createdAt(),
                  Times.now(clock).toInstant(),
                  before.version() + 1);
          tx.execute(
              sql.update(SERVICE_ACCOUNT)
                  .set(columns(after))
                  .where(SERVICE_ACCOUNT.NAME.eq(name.value())));
          tx.audit(
              AuditEntry.updated(
                  SERVICEACCOUNT_UPDATE, path(name), json(before.draft()), json(draft)));
          return after;
        });
  }

  /**
   * Deletes a service account with its credentials; tokens that are already out end with it.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws Forbidden when it has a permission that the actor lacks
   */
  public void delete(Actor actor, ResourceId name, Predicate<String> unchanged) {
    actor.require(SERVICEACCOUNT_DELETE);
    database.change(
        actor,
        tx -> {
          ServiceAccount before = locked(tx, actor, name, unchanged);
          tx.execute(sql.deleteFrom(SERVICE_ACCOUNT).where(SERVICE_ACCOUNT.NAME.eq(name.value())));
          tx.audit(AuditEntry.deleted(SERVICEACCOUNT_DELETE, path(name), json(before.draft())));
          return true;
        });
  }

  /**
   * Gives a service account one more credential. Those that have expired are cleared away.
   *
   * @throws Conflict when it has as many as it may have
   * @throws Forbidden when it has a permission that the actor lacks
   */
  public Credential addCredential(Actor actor, ResourceId name, Lifetime lifetime) {
    actor.require(SERVICEACCOUNT_UPDATE);
    return database.change(
        actor,
        tx -> {
          ServiceAccount account = locked(tx, actor, name, _ -> true);
          Instant now = Times.now(clock).toInstant();
          List<ServiceAccount.Credential> expired =
              account.credentials().stream()
                  .filter(credential -> !credential.expiresAt().isAfter(now))
                  .toList();
          int live = account.credentials().size() - expired.size();
          if (live >= ServiceAccount.CREDENTIALS_MAX) {
            throw new Conflict(
                "service account \"%s\" has %d credentials already: delete one first"
                    .formatted(name, live));
          }
          expired.forEach(credential -> delete(tx, name, credential));
          Credential credential = Credentials.add(tx, name, now, lifetime);
          tx.audit(
              AuditEntry.created(
                  SERVICEACCOUNT_UPDATE,
                  path(name, credential.clientId()),
                  Credentials.json(credential.clientId(), credential.expiresAt())));
          return credential;
        });
  }

  /**
   * Revokes a credential; tokens that were got with it end with it.
   *
   * @throws Forbidden when the account has a permission that the actor lacks
   */
  public void deleteCredential(Actor actor, ResourceId name, String clientId) {
    actor.require(SERVICEACCOUNT_UPDATE);
    database.change(
        actor,
        tx -> {
          ServiceAccount.Credential credential =
              locked(tx, actor, name, _ -> true).credentials().stream()
                  .filter(candidate -> candidate.clientId().equals(clientId))
                  .findFirst()
                  .orElseThrow(() -> new NotFound("credential", clientId));
          delete(tx, name, credential);
          return true;
        });
  }

  private static void delete(
      Database.Change tx, ResourceId account, ServiceAccount.Credential credential) {
    Credentials.delete(tx, credential.clientId());
    tx.audit(
        AuditEntry.deleted(
            SERVICEACCOUNT_UPDATE,
            path(account, credential.clientId()),
            Credentials.json(credential.clientId(), credential.expiresAt())));
  }

  /**
   * Checks a credential and says whose it is. It makes an actor, so it takes none.
   *
   * @throws Unauthenticated with one text for whatever is wrong
   */
  public ResourceId authenticate(String clientId, String clientSecret) {
    return Optional.of(clientId)
        .filter(Database::takes)
        .flatMap(id -> Credentials.owner(database, id, clientSecret, Times.now(clock)))
        .orElseThrow(() -> new Unauthenticated("client_id or client_secret is wrong or expired"));
  }

  /** The account, kept as it is until the commit, when the actor has all the rights that it has. */
  private static ServiceAccount locked(
      Database.Tx tx, Actor actor, ResourceId name, Predicate<String> unchanged) {
    tx.lock(
        sql.selectOne()
            .from(SERVICE_ACCOUNT)
            .where(SERVICE_ACCOUNT.NAME.eq(name.value()))
            .forUpdate(),
        () -> notFound(name));
    ServiceAccount stored = find(tx, name);
    actor.requireAll(stored.role());
    if (!unchanged.test(stored.etag())) {
      throw new PreconditionFailed(
          "service account \"%s\" was changed since you read it: read it again".formatted(name));
    }
    return stored;
  }

  private static ServiceAccount find(Database.Tx tx, ResourceId name) {
    return read(tx, SERVICE_ACCOUNT.NAME.eq(name.value()), COLUMNS.by(ListOrder.NAME), 1).stream()
        .findFirst()
        .orElseThrow(() -> notFound(name));
  }

  private static NotFound notFound(ResourceId name) {
    return new NotFound("service account", name.value());
  }

  /** Two statements, however many there are. */
  private static List<ServiceAccount> read(
      Database.Tx tx, Condition which, RowOrder<ServiceAccount, ?> order, int rowsMax) {
    Map<String, List<ServiceAccount.Credential>> credentials =
        Credentials.of(
            tx,
            sql.select(SERVICE_ACCOUNT.NAME)
                .from(SERVICE_ACCOUNT)
                .where(which)
                .orderBy(order.fields())
                .limit(rowsMax));
    return tx.list(
        sql.selectFrom(SERVICE_ACCOUNT).where(which).orderBy(order.fields()).limit(rowsMax),
        row -> account(row, credentials.getOrDefault(row.getString("name"), List.of())));
  }

  private static ServiceAccount account(Row row, List<ServiceAccount.Credential> credentials) {
    return new ServiceAccount(
        new ServiceAccount.Draft(
            new ResourceId(row.getString("name")),
            row.getString("display_name"),
            Role.named(row.getString("role")).orElseThrow(),
            row.getBoolean("agent")),
        credentials,
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"),
        row.getLong("version"));
  }

  private static Map<Field<?>, Object> columns(ServiceAccount account) {
    ServiceAccount.Draft draft = account.draft();
    return Map.of(
        SERVICE_ACCOUNT.DISPLAY_NAME, draft.displayName(),
        SERVICE_ACCOUNT.ROLE, draft.role().displayName(),
        SERVICE_ACCOUNT.AGENT, draft.agent(),
        SERVICE_ACCOUNT.UPDATED_AT, Times.of(account.updatedAt()),
        SERVICE_ACCOUNT.VERSION, account.version());
  }

  /** As the audit log shows it. */
  static JsonObject json(ServiceAccount.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("display_name", draft.displayName())
        .put("role", draft.role().displayName())
        .put("agent", draft.agent());
  }

  static String path(ResourceId name) {
    return "service-accounts/" + name;
  }

  static String path(ResourceId name, String clientId) {
    return path(name) + "/credentials/" + clientId;
  }
}
