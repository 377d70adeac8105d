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
import dev.adp.domain.NewSecret;
import dev.adp.domain.Page;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Secret;
import dev.adp.domain.SecretRef;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** The secret store: values go in, and come out only towards upstreams. */
public final class Secrets {
  private final Database database;
  private final MasterKey masterKey;
  private final Clock clock;

  public Secrets(Database database, MasterKey masterKey, Clock clock) {
    this.database = database;
    this.masterKey = masterKey;
    this.clock = clock;
  }

  /**
   * Stores a new secret.
   *
   * @throws AlreadyExists when the name is taken
   */
  public Secret create(Actor actor, NewSecret secret, Map<String, String> labels) {
    actor.require(SECRET_CREATE);
    database.change(
        tx -> {
          insert(tx, secret, labels);
          return true;
        });
    return find(secret.name()).orElseThrow();
  }

  /** Secrets by name. */
  public Page<Secret> list(Actor actor, int rowsMax, int offset) {
    actor.require(SECRET_LIST);
    var rows =
        database.list(
            select(DSL.noCondition()).orderBy(SECRET.NAME).limit(rowsMax).offset(offset),
            Secrets::secret);
    long total = database.first(sql.selectCount().from(SECRET), row -> row.getLong(0)).orElse(0L);
    return new Page<>(rows, total);
  }

  public Secret get(Actor actor, SecretRef name) {
    actor.require(SECRET_GET);
    return find(name).orElseThrow(() -> new NotFound("secret", name.value()));
  }

  /**
   * Replaces the value, the labels or both; the next call through a provider uses the new value.
   */
  public Secret replace(
      Actor actor,
      SecretRef name,
      Optional<NewSecret> value,
      Optional<Map<String, String>> labels) {
    actor.require(SECRET_UPDATE);
    database.change(
        tx -> {
          var update = sql.update(SECRET).set(SECRET.UPDATED_AT, Times.now(clock));
          if (value.isPresent()) {
            MasterKey.Sealed sealed = masterKey.seal(name.value(), value.get().value());
            update =
                update
                    .set(SECRET.KEY_ID, sealed.keyId())
                    .set(SECRET.WRAPPED_KEY, sealed.wrappedKey().getBytes())
                    .set(SECRET.CIPHERTEXT, sealed.ciphertext().getBytes());
          }
          if (labels.isPresent()) {
            update = update.set(SECRET.LABELS, json(labels.get()));
          }
          if (tx.execute(update.where(SECRET.NAME.eq(name.value()))) == 0) {
            throw new NotFound("secret", name.value());
          }
          return true;
        });
    return find(name).orElseThrow();
  }

  /**
   * @throws Conflict naming the providers that still refer to the secret
   */
  public void delete(Actor actor, SecretRef name) {
    actor.require(SECRET_DELETE);
    try {
      database.change(
          tx -> {
            if (tx.execute(sql.deleteFrom(SECRET).where(SECRET.NAME.eq(name.value()))) == 0) {
              throw new NotFound("secret", name.value());
            }
            return true;
          });
    } catch (PgException e) {
      if (!Database.isForeignKeyViolation(e)) {
        throw e;
      }
      var users = find(name).map(Secret::usedBy).orElse(List.of());
      throw new Conflict(
          "secret \"%s\" is used by %s: point them at another secret first"
              .formatted(
                  name,
                  String.join(
                      ", ", users.stream().map(user -> '"' + user.value() + '"').toList())));
    }
  }

  /** Writes a secret inside somebody else's transaction, which has checked the permission. */
  void insert(Database.Tx tx, NewSecret secret, Map<String, String> labels) {
    MasterKey.Sealed sealed = masterKey.seal(secret.name().value(), secret.value());
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
  }

  private Optional<Secret> find(SecretRef name) {
    return database.first(select(SECRET.NAME.eq(name.value())), Secrets::secret);
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
        row.getJsonObject("labels").stream()
            .collect(toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue()))),
        usedBy == null ? List.of() : Arrays.stream(usedBy).map(ResourceId::new).toList(),
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"));
  }

  private static JSONB json(Map<String, String> labels) {
    return JSONB.jsonb(new JsonObject(Map.copyOf(labels)).encode());
  }
}
