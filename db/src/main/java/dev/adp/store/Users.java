package dev.adp.store;

import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.domain.Permission.USER_DELETE;
import static dev.adp.domain.Permission.USER_GET;
import static dev.adp.domain.Permission.USER_LIST;
import static dev.adp.domain.Permission.USER_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.APP_USER;
import static dev.adp.store.schema.Tables.PORTAL_SESSION;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.ListOrder;
import dev.adp.domain.NewPassword;
import dev.adp.domain.PageKey;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.Slice;
import dev.adp.domain.UserAccount;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * The built-in directory. Nobody gives, takes or touches more rights than he has himself, and
 * somebody who may do everything can always sign in.
 */
public final class Users {
  private static final long ADVISORY_LOCK = 0x75_73_65_72_73L; // "users"
  private static final RowOrder.Columns<UserAccount> COLUMNS =
      new RowOrder.Columns<>(
          APP_USER.NAME,
          user -> user.name().value(),
          APP_USER.NAME,
          user -> user.name().value(),
          APP_USER.CREATED_AT,
          UserAccount::createdAt,
          APP_USER.UPDATED_AT,
          UserAccount::updatedAt);

  private final Database database;
  private final Clock clock;

  public Users(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A user as he was created.
   *
   * @param generatedPassword to be shown once; empty when the password was given
   */
  public record Created(UserAccount user, Optional<String> generatedPassword) {
    @Override
    public String toString() {
      return "Created[" + user.name() + ", ***]";
    }
  }

  /**
   * What a user is to become.
   *
   * @param password empty = as it is
   */
  public record Change(UserAccount.Draft draft, Optional<NewPassword> password) {}

  /**
   * Creates a user.
   *
   * @param password empty = a random one
   * @throws AlreadyExists when the name or the e-mail address is taken
   * @throws Forbidden when the actor would grant a permission that he lacks
   */
  public Created create(Actor actor, UserAccount.Draft draft, Optional<NewPassword> password) {
    actor.require(USER_CREATE);
    actor.requireAll(draft.role());
    String chosen = password.orElseGet(NewPassword::random).value();
    Optional<String> generated = password.isPresent() ? Optional.empty() : Optional.of(chosen);
    String hash = Passwords.hash(chosen);
    Instant now = Times.now(clock).toInstant();
    var user = new UserAccount(draft, now, now, Optional.empty(), 1);
    return database.change(
        actor,
        tx -> {
          int inserted =
              tx.execute(
                  sql.insertInto(APP_USER)
                      .set(APP_USER.NAME, draft.name().value())
                      .set(APP_USER.PASSWORD_HASH, hash)
                      .set(APP_USER.CREATED_AT, Times.of(now))
                      .set(columns(user))
                      .onConflictDoNothing());
          if (inserted == 0) {
            throw taken(tx, draft);
          }
          tx.audit(AuditEntry.created(USER_CREATE, path(draft.name()), json(draft)));
          return new Created(user, generated);
        });
  }

  public UserAccount get(Actor actor, ResourceId name) {
    actor.require(USER_GET);
    return database
        .first(sql.selectFrom(APP_USER).where(APP_USER.NAME.eq(name.value())), Users::read)
        .orElseThrow(() -> notFound(name));
  }

  /** Users by name, from a place in the list on. */
  public Slice<UserAccount> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    return list(actor, ListOrder.NAME, rowsMax, after);
  }

  /**
   * Users from a place in the list on.
   *
   * @throws dev.adp.domain.Failure.Invalid when the place is none in a list of this order
   */
  public Slice<UserAccount> list(
      Actor actor, ListOrder wanted, int rowsMax, Optional<PageKey> after) {
    actor.require(USER_LIST);
    actor.require(USER_GET);
    var order = COLUMNS.by(wanted);
    var rows =
        database.list(
            sql.selectFrom(APP_USER)
                .where(after.map(order::behind).orElseGet(DSL::noCondition))
                .orderBy(order.fields())
                .limit(rowsMax + 1),
            Users::read);
    return Slice.of(rows, rowsMax, order::key);
  }

  /**
   * Changes a user; his name stays what it is. A new password, fewer rights and blocking end his
   * sessions.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   * @throws AlreadyExists when the e-mail address is taken
   * @throws Conflict when nobody would be left who may do everything
   * @throws Forbidden when he has, or would get, a permission that the actor lacks
   */
  public UserAccount update(
      Actor actor,
      ResourceId name,
      Predicate<String> unchanged,
      Function<UserAccount.Draft, Change> change) {
    actor.require(USER_UPDATE);
    return database.change(
        actor,
        tx -> {
          UserAccount before = locked(tx, name, unchanged);
          actor.requireAll(before.role());
          Change wanted = change.apply(before.draft());
          UserAccount.Draft draft = wanted.draft();
          new Violations()
              .check(before.name().equals(draft.name()), "name", "cannot be changed after creation")
              .throwIfAny();
          actor.requireAll(draft.role());
          if (!draft.isActiveAdmin()) {
            requireAnotherAdmin(tx, before);
          }
          if (wanted.password().isEmpty() && draft.equals(before.draft())) {
            tx.isNone();
            return before;
          }
          var after =
              new UserAccount(
                  draft,
                  before.createdAt(),
                  Times.now(clock).toInstant(),
                  before.lastSignInAt(),
                  before.version() + 1);
          write(tx, after, wanted.password());
          if (wanted.password().isPresent() || loses(before.draft(), draft)) {
            endSessions(tx, name.value());
          }
          JsonObject audited = json(draft);
          wanted.password().ifPresent(_ -> audited.put("password_replaced", true));
          tx.audit(AuditEntry.updated(USER_UPDATE, path(name), json(before.draft()), audited));
          return after;
        });
  }

  /**
   * Deletes a user and ends his sessions. His usage stays, under his e-mail address.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws Conflict when nobody would be left who may do everything
   * @throws Forbidden when he has a permission that the actor lacks
   */
  public void delete(Actor actor, ResourceId name, Predicate<String> unchanged) {
    actor.require(USER_DELETE);
    database.change(
        actor,
        tx -> {
          UserAccount before = locked(tx, name, unchanged);
          actor.requireAll(before.role());
          requireAnotherAdmin(tx, before);
          tx.execute(sql.deleteFrom(APP_USER).where(APP_USER.NAME.eq(name.value())));
          tx.audit(AuditEntry.deleted(USER_DELETE, path(name), json(before.draft())));
          return true;
        });
  }

  static void endSessions(Database.Tx tx, String name) {
    tx.execute(sql.deleteFrom(PORTAL_SESSION).where(PORTAL_SESSION.USER_NAME.eq(name)));
  }

  /** Changes and deletions of users go one by one: two could each take the last but one Admin. */
  private static UserAccount locked(Database.Tx tx, ResourceId name, Predicate<String> unchanged) {
    tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
    UserAccount stored =
        tx.first(
                sql.selectFrom(APP_USER).where(APP_USER.NAME.eq(name.value())).forUpdate(),
                Users::read)
            .orElseThrow(() -> notFound(name));
    if (!unchanged.test(stored.etag())) {
      throw new PreconditionFailed(
          "user \"%s\" was changed since you read it: read it again".formatted(name));
    }
    return stored;
  }

  private static void requireAnotherAdmin(Database.Tx tx, UserAccount leaving) {
    boolean last =
        leaving.draft().isActiveAdmin()
            && tx.first(
                    sql.selectOne()
                        .from(APP_USER)
                        .where(
                            APP_USER.ROLE.eq(Role.ADMIN.displayName()),
                            APP_USER.BLOCKED.isFalse(),
                            APP_USER.NAME.ne(leaving.name().value()))
                        .limit(1),
                    row -> row.getInteger(0))
                .isEmpty();
    if (last) {
      throw new Conflict(
          "user \"%s\" is the last Admin who can sign in: give another user the role Admin first"
              .formatted(leaving.name()));
    }
  }

  private static void write(Database.Tx tx, UserAccount user, Optional<NewPassword> password) {
    var update = sql.update(APP_USER).set(columns(user));
    if (password.isPresent()) {
      update = update.set(APP_USER.PASSWORD_HASH, Passwords.hash(password.get().value()));
    }
    try {
      tx.execute(update.where(APP_USER.NAME.eq(user.name().value())));
    } catch (PgException e) {
      throw Database.isUniqueViolation(e) ? emailTaken(user.draft()) : e;
    }
  }

  /** Whether somebody may do less than before. */
  private static boolean loses(UserAccount.Draft before, UserAccount.Draft after) {
    return after.blocked() || !after.role().permissions().containsAll(before.role().permissions());
  }

  private static AlreadyExists taken(Database.Tx tx, UserAccount.Draft draft) {
    return tx.first(
            sql.selectOne().from(APP_USER).where(APP_USER.NAME.eq(draft.name().value())),
            row -> row.getInteger(0))
        .map(_ -> new AlreadyExists("user", draft.name().value()))
        .orElseGet(() -> emailTaken(draft));
  }

  private static AlreadyExists emailTaken(UserAccount.Draft draft) {
    return new AlreadyExists("user with e-mail", draft.email());
  }

  private static Map<Field<?>, Object> columns(UserAccount user) {
    UserAccount.Draft draft = user.draft();
    return Map.of(
        APP_USER.EMAIL, draft.email(),
        APP_USER.ROLE, draft.role().displayName(),
        APP_USER.BLOCKED, draft.blocked(),
        APP_USER.UPDATED_AT, Times.of(user.updatedAt()),
        APP_USER.VERSION, user.version());
  }

  private static UserAccount read(Row row) {
    return new UserAccount(
        new UserAccount.Draft(
            new ResourceId(row.getString("name")),
            row.getString("email"),
            Role.named(row.getString("role")).orElseThrow(),
            row.getBoolean("blocked")),
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"),
        Optional.ofNullable(row.getOffsetDateTime("signed_in_at")).map(OffsetDateTime::toInstant),
        row.getLong("version"));
  }

  /** As the audit log shows it. */
  static JsonObject json(UserAccount.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("email", draft.email())
        .put("role", draft.role().displayName())
        .put("blocked", draft.blocked());
  }

  static String path(ResourceId name) {
    return "users/" + name;
  }

  private static NotFound notFound(ResourceId name) {
    return new NotFound("user", name.value());
  }
}
