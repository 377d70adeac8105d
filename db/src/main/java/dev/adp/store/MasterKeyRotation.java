package dev.adp.store;

import static dev.adp.domain.Permission.SECRET_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.MASTER_KEY;
import static dev.adp.store.schema.Tables.SECRET;
import static dev.adp.store.schema.Tables.SIGNING_KEY;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Conflict;
import dev.adp.store.MasterKey.Sealed;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * Wraps everything that is sealed by another master key anew. The new key is put in force first, so
 * that nothing more is sealed by the old one; then row after row is wrapped, each in a statement of
 * its own; at last the old key is struck out. It may be stopped anywhere and run again.
 *
 * <p>Only data keys are wrapped anew: the ciphertexts stay, byte for byte.
 */
public final class MasterKeyRotation {
  private final Database database;
  private final MasterKeys keys;
  private final MasterKey next;
  private final Runnable afterStep;

  /**
   * @param keys those that everything was sealed by until now
   * @param next the one that is to seal everything from now on
   */
  public MasterKeyRotation(Database database, MasterKeys keys, MasterKey next) {
    this(database, keys, next, () -> {});
  }

  /**
   * @param afterStep runs after each committed step
   */
  MasterKeyRotation(Database database, MasterKeys keys, MasterKey next, Runnable afterStep) {
    this.database = database;
    this.keys = keys;
    this.next = next;
    this.afterStep = afterStep;
  }

  /**
   * What there is to wrap anew, or was.
   *
   * @param from fingerprints of the keys that are to go
   */
  public record Work(List<String> from, String to, long secrets, long signingKeys) {}

  /** A table of sealed rows. */
  private record Rows<R extends Record>(
      Table<R> table,
      TableField<R, String> name,
      String prefix,
      TableField<R, String> keyId,
      TableField<R, byte[]> wrappedKey) {}

  private static final Rows<?> SECRETS =
      new Rows<>(SECRET, SECRET.NAME, "", SECRET.KEY_ID, SECRET.WRAPPED_KEY);
  private static final Rows<?> SIGNING_KEYS =
      new Rows<>(
          SIGNING_KEY,
          SIGNING_KEY.KID,
          SigningKeys.SEALED_AS,
          SIGNING_KEY.KEY_ID,
          SIGNING_KEY.WRAPPED_KEY);

  /** What {@link #run} would do. */
  public Work pending(Actor actor) {
    actor.require(SECRET_UPDATE);
    return pending();
  }

  private Work pending() {
    List<String> others =
        database.list(
            sql.select(MASTER_KEY.KEY_ID)
                .from(MASTER_KEY)
                .where(MASTER_KEY.KEY_ID.ne(next.id()))
                .orderBy(MASTER_KEY.CREATED_AT),
            row -> row.getString(0));
    return new Work(others, next.id(), count(SECRETS), count(SIGNING_KEYS));
  }

  private long count(Rows<?> rows) {
    return database
        .first(
            sql.selectCount().from(rows.table()).where(rows.keyId().ne(next.id())),
            row -> row.getLong(0))
        .orElse(0L);
  }

  /**
   * Does all of it, or what an earlier run has left.
   *
   * @return what there was to do
   * @throws Conflict when a row cannot be opened; everything else stays as usable as it was
   */
  public Work run(Actor actor) {
    actor.require(SECRET_UPDATE);
    Work work = pending();
    if (work.from().isEmpty()) {
      return work;
    }
    putInForce(actor, work);
    do {
      wrapAll(SECRETS);
      wrapAll(SIGNING_KEYS);
    } while (!retire(actor, work));
    return work;
  }

  private void putInForce(Actor actor, Work work) {
    boolean _ =
        database.change(
            actor,
            tx -> {
              tx.execute(
                  sql.update(MASTER_KEY)
                      .set(MASTER_KEY.IN_FORCE, false)
                      .where(MASTER_KEY.KEY_ID.ne(next.id())));
              tx.execute(
                  sql.insertInto(MASTER_KEY)
                      .set(MASTER_KEY.KEY_ID, next.id())
                      .onConflict(MASTER_KEY.KEY_ID)
                      .doUpdate()
                      .set(MASTER_KEY.IN_FORCE, true));
              tx.audit(
                  new AuditEntry(
                      "master_key_rotate",
                      "master-keys/" + next.id(),
                      new JsonObject().put("in_force", String.join(", ", work.from())),
                      new JsonObject()
                          .put("in_force", next.id())
                          .put("secrets", work.secrets())
                          .put("signing_keys", work.signingKeys())));
              return true;
            });
    afterStep.run();
  }

  /** One row at a time, until none is left. */
  private void wrapAll(Rows<?> rows) {
    Optional<Row> row = nextOf(rows);
    while (row.isPresent()) {
      wrap(rows, row.get());
      afterStep.run();
      row = nextOf(rows);
    }
  }

  private Optional<Row> nextOf(Rows<?> rows) {
    return database.first(
        sql.selectFrom(rows.table())
            .where(rows.keyId().ne(next.id()))
            .orderBy(rows.name())
            .limit(1),
        row -> row);
  }

  /** A value that was replaced meanwhile has another wrapped key, and stays as it is. */
  private void wrap(Rows<?> rows, Row row) {
    String name = row.getString(rows.name().getName());
    var sealed =
        new Sealed(
            row.getString("key_id"), row.getBuffer("wrapped_key"), row.getBuffer("ciphertext"));
    Sealed anew;
    try {
      anew = keys.wrapAnew(rows.prefix() + name, sealed, next);
    } catch (IllegalStateException e) {
      throw new Conflict(
          "\"%s\" in table %s cannot be opened by any given key (%s): nothing of it was changed"
              .formatted(name, rows.table().getName(), e.getMessage()));
    }
    database.execute(
        sql.update(rows.table())
            .set(rows.keyId(), anew.keyId())
            .set(rows.wrappedKey(), anew.wrappedKey().getBytes())
            .where(rows.name().eq(name), same(rows.wrappedKey(), sealed)));
  }

  private static Condition same(Field<byte[]> wrappedKey, Sealed sealed) {
    return wrappedKey.eq(sealed.wrappedKey().getBytes());
  }

  /**
   * @return false when somebody has sealed by an old key meanwhile
   */
  private boolean retire(Actor actor, Work work) {
    try {
      return database.change(
          actor,
          tx -> {
            tx.execute(sql.deleteFrom(MASTER_KEY).where(MASTER_KEY.KEY_ID.ne(next.id())));
            work.from()
                .forEach(
                    id ->
                        tx.audit(
                            new AuditEntry("master_key_retire", "master-keys/" + id, null, null)));
            return true;
          });
    } catch (PgException e) {
      if (Database.isForeignKeyViolation(e)) {
        return false;
      }
      throw e;
    }
  }
}
