package dev.adp.store;

import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SECRET_DELETE;
import static dev.adp.domain.Permission.SECRET_GET;
import static dev.adp.domain.Permission.SECRET_LIST;
import static dev.adp.domain.Permission.SECRET_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_SECRET;
import static dev.adp.store.schema.Tables.SECRET;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.arrayAggDistinct;
import static org.jooq.impl.DSL.field;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.ListOrder;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Page;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Secret;
import dev.adp.domain.SecretLabels;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Slice;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** The secret store: values go in, and come out only towards upstreams. */
public final class Secrets {
  private static final RowOrder.Columns<Secret> COLUMNS =
      new RowOrder.Columns<>(
          SECRET.NAME,
          secret -> secret.name().value(),
          SECRET.NAME,
          secret -> secret.name().value(),
          SECRET.CREATED_AT,
          Secret::createdAt,
          SECRET.UPDATED_AT,
          Secret::updatedAt);

  private final Database database;
  private final MasterKeys masterKeys;
  private final Clock clock;

  public Secrets(Database database, MasterKeys masterKeys, Clock clock) {
    this.database = database;
    this.masterKeys = masterKeys;
    this.clock = clock;
  }

  /**
   * Stores a new secret.
   *
   * @throws AlreadyExists when the name is taken
   * @throws dev.adp.domain.Failure.Invalid when the labels are too many or too long
   */
  public Secret create(Actor actor, NewSecret secret, Map<String, String> labels) {
    actor.require(SECRET_CREATE);
    requireFitting(labels);
    return database.change(
        actor,
        tx -> {
          insert(tx, secret, labels);
          return stored(tx, secret.name());
        });
  }

  /** Secrets by name, from a place in the list on. */
  public Slice<Secret> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    return list(actor, ListOrder.NAME, rowsMax, after);
  }

  /**
   * Secrets from a place in the list on.
   *
   * @throws dev.adp.domain.Failure.Invalid when the place is none in a list of this order
   */
  public Slice<Secret> list(Actor actor, ListOrder wanted, int rowsMax, Optional<PageKey> after) {
    actor.require(SECRET_LIST);
    actor.require(SECRET_GET);
    var order = COLUMNS.by(wanted);
    var rows =
        database.list(
            select(after.map(order::behind).orElseGet(DSL::noCondition))
                .orderBy(order.fields())
                .limit(rowsMax + 1),
            Secrets::secret);
    return Slice.of(rows, rowsMax, order::key);
  }

  /**
   * A page of secrets by name.
   *
   * @param offset rows before the page
   */
  public Page<Secret> page(Actor actor, int rowsMax, int offset) {
    actor.require(SECRET_LIST);
    actor.require(SECRET_GET);
    var rows =
        database.list(
            select(DSL.noCondition()).orderBy(SECRET.NAME).limit(rowsMax).offset(offset),
            Secrets::secret);
    long total = database.first(sql.selectCount().from(SECRET), row -> row.getLong(0)).orElse(0L);
    return new Page<>(rows, total);
  }

  public Secret get(Actor actor, SecretRef name) {
    actor.require(SECRET_GET);
    return stored(database, name);
  }

  /** Replaces a secret whoever has changed it meanwhile. */
  public Secret replace(
      Actor actor,
      SecretRef name,
      Optional<NewSecret> value,
      Optional<Map<String, String>> labels) {
    return replace(actor, name, _ -> true, value, labels);
  }

  /**
   * Replaces the value, the labels or both; the next call through a provider uses the new value.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   */
  public Secret replace(
      Actor actor,
      SecretRef name,
      Predicate<String> unchanged,
      Optional<NewSecret> value,
      Optional<Map<String, String>> labels) {
    actor.require(SECRET_UPDATE);
    labels.ifPresent(Secrets::requireFitting);
    return database.change(
        actor,
        tx -> {
          Map<String, String> before = locked(tx, name, unchanged).labels();
          var update = sql.update(SECRET).set(SECRET.UPDATED_AT, Times.now(clock));
          if (value.isPresent()) {
            MasterKey.Sealed sealed = masterKeys.seal(tx, name.value(), value.get().value());
            update =
                update
                    .set(SECRET.KEY_ID, sealed.keyId())
                    .set(SECRET.WRAPPED_KEY, sealed.wrappedKey().getBytes())
                    .set(SECRET.CIPHERTEXT, sealed.ciphertext().getBytes());
          }
          if (labels.isPresent()) {
            update = update.set(SECRET.LABELS, json(labels.get()));
          }
          tx.execute(update.where(SECRET.NAME.eq(name.value())));
          tx.audit(
              AuditEntry.updated(
                  SECRET_UPDATE,
                  path(name),
                  audited(before),
                  audited(labels.orElse(before)).put("value_replaced", value.isPresent())));
          return stored(tx, name);
        });
  }

  /** Deletes a secret whoever has changed it meanwhile. */
  public void delete(Actor actor, SecretRef name) {
    delete(actor, name, _ -> true);
  }

  /**
   * Deletes a secret.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   * @throws Conflict naming the providers that still refer to the secret
   */
  public void delete(Actor actor, SecretRef name, Predicate<String> unchanged) {
    actor.require(SECRET_DELETE);
    database.change(
        actor,
        tx -> {
          Secret before = locked(tx, name, unchanged);
          requireUnused(before);
          tx.execute(sql.deleteFrom(SECRET).where(SECRET.NAME.eq(name.value())));
          tx.audit(AuditEntry.deleted(SECRET_DELETE, path(name), audited(before.labels())));
          return true;
        });
  }

  private static void requireUnused(Secret secret) {
    if (!secret.usedBy().isEmpty()) {
      throw new Conflict(
          "secret \"%s\" is used by %s: point them at another secret first"
              .formatted(
                  secret.name(),
                  Mention.of(secret.usedBy().stream().map(ResourceId::value).toList())));
    }
  }

  private static void requireFitting(Map<String, String> labels) {
    var violations = new Violations();
    SecretLabels.check(labels, violations);
    violations.throwIfAny();
  }

  /** Writes a secret inside somebody else's transaction, which has checked the permission. */
  void insert(Database.Change tx, NewSecret secret, Map<String, String> labels) {
    MasterKey.Sealed sealed = masterKeys.seal(tx, secret.name().value(), secret.value());
    var now = Times.now(clock);
    int inserted =
        tx.execute(
            sql.insertInto(SECRET)
                .set(SECRET.NAME, secret.name().value())
                .set(SECRET.LABELS, json(labels))
                .set(SECRET.KEY_ID, sealed.keyId())
                .set(SECRET.WRAPPED_KEY, sealed.wrappedKey().getBytes())
                .set(SECRET.CIPHERTEXT, sealed.ciphertext().getBytes())
                .set(SECRET.CREATED_AT, now)
                .set(SECRET.UPDATED_AT, now)
                .onConflictDoNothing());
    if (inserted == 0) {
      throw new AlreadyExists("secret", secret.name().value());
    }
    tx.audit(AuditEntry.created(SECRET_CREATE, path(secret.name()), audited(labels)));
  }

  /**
   * The secret, kept as it is until the commit. First the lock, then the reading: whoever refers to
   * it locks it too, so that all of its users are seen, and no more come.
   */
  private static Secret locked(Database.Tx tx, SecretRef name, Predicate<String> unchanged) {
    tx.lock(
        sql.selectOne().from(SECRET).where(SECRET.NAME.eq(name.value())).forUpdate(),
        () -> new NotFound("secret", name.value()));
    Secret stored = stored(tx, name);
    if (!unchanged.test(stored.etag())) {
      throw new PreconditionFailed(
          "secret \"%s\" was changed since you read it: read it again".formatted(name));
    }
    return stored;
  }

  private static String path(SecretRef name) {
    return "secrets/" + name;
  }

  private static JsonObject audited(Map<String, String> labels) {
    return new JsonObject().put("labels", new JsonObject(Map.copyOf(labels)));
  }

  private static Secret stored(Queries queries, SecretRef name) {
    return queries
        .first(select(SECRET.NAME.eq(name.value())), Secrets::secret)
        .orElseThrow(() -> new NotFound("secret", name.value()));
  }

  private static SelectConditionStep<?> select(Condition condition) {
    var usedBy =
        field(
            DSL.select(arrayAggDistinct(LLM_PROVIDER.NAME).orderBy(LLM_PROVIDER.NAME))
                .from(LLM_PROVIDER_SECRET)
                .join(LLM_PROVIDER)
                .on(LLM_PROVIDER.UID.eq(LLM_PROVIDER_SECRET.PROVIDER_UID))
                .where(LLM_PROVIDER_SECRET.SECRET_NAME.eq(SECRET.NAME)));
    return sql.select(
            SECRET.NAME, SECRET.LABELS, SECRET.CREATED_AT, SECRET.UPDATED_AT, usedBy.as("used_by"))
        .from(SECRET)
        .where(condition);
  }

  private static Secret secret(Row row) {
    String[] usedBy = row.getArrayOfStrings("used_by");
    return new Secret(
        new SecretRef(row.getString("name")),
        labels(row.getJsonObject("labels")),
        usedBy == null ? List.of() : Arrays.stream(usedBy).map(ResourceId::new).toList(),
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"));
  }

  private static Map<String, String> labels(JsonObject json) {
    return json.stream()
        .collect(toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
  }

  private static JSONB json(Map<String, String> labels) {
    return JSONB.jsonb(new JsonObject(Map.copyOf(labels)).encode());
  }

  /** Locks what is referred to, so that it cannot vanish before the commit. */
  static void requireExisting(
      Database.Tx tx, List<ProviderConfig.SecretUse> uses, Violations violations) {
    if (uses.isEmpty()) {
      return;
    }
    Set<String> names = new HashSet<>();
    uses.forEach(use -> names.add(use.secret().value()));
    Set<String> found =
        Set.copyOf(
            tx.list(
                sql.select(SECRET.NAME)
                    .from(SECRET)
                    .where(SECRET.NAME.in(names))
                    .orderBy(SECRET.NAME)
                    .forShare(),
                row -> row.getString(0)));
    uses.forEach(
        use ->
            violations.check(
                found.contains(use.secret().value()),
                use.field(),
                "secret \"%s\" not found".formatted(use.secret())));
  }
}
