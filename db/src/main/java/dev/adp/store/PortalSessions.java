package dev.adp.store;

import static dev.adp.domain.Permission.USER_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.APP_USER;
import static dev.adp.store.schema.Tables.PORTAL_SESSION;

import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Origin;
import dev.adp.domain.PasswordChange;
import dev.adp.domain.Role;
import dev.adp.domain.User;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Who is signed in to the portal. These methods make actors, so they take none; a session is known
 * only by the hash of its token.
 */
public final class PortalSessions {
  public static final Duration IDLE_MAX = Duration.ofMinutes(30);
  public static final Duration AGE_MAX = Duration.ofHours(12);
  private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);
  private static final String WRONG = "User name or password is wrong.";
  private static final String OVER = "Your session has ended. Sign in again.";

  private final Database database;
  private final Clock clock;
  private final SignInThrottle throttle;

  public PortalSessions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.throttle = new SignInThrottle(database, clock);
  }

  /**
   * An open session.
   *
   * @param csrfToken every form of this session carries it
   */
  public record Session(User user, String csrfToken) {}

  /**
   * Signs a user in.
   *
   * @param address of the client
   * @return the token for the cookie
   * @throws TooManyRequests after too many failures of the name or from the address
   * @throws Unauthenticated with one text for whatever is wrong
   */
  public String signIn(String name, String password, String address) {
    throttle.take(name, address);
    Optional<String> hash = Database.takes(name) ? passwordHash(name) : Optional.empty();
    if (hash.isEmpty()) {
      Passwords.matchNobody(password);
    }
    if (!hash.map(stored -> Passwords.matches(password, stored)).orElse(false)) {
      throttle.sweep();
      throw new Unauthenticated(WRONG, hash.map(_ -> "users/" + name).orElse(""));
    }
    throttle.succeeded(name, address);
    sweep();
    return database.transaction(tx -> open(tx, name, hash.orElseThrow()));
  }

  /**
   * Changes the password of whoever is signed in, and ends all of his sessions.
   *
   * @param token of his session
   * @param origin where he is
   * @return the token of the session that goes on in place of this one
   * @throws Unauthenticated when the session is over
   * @throws TooManyRequests after too many wrong passwords
   * @throws dev.adp.domain.Failure.Invalid naming every field that is wrong
   */
  public String changePassword(String token, PasswordChange change, Origin origin) {
    User user = find(token).orElseThrow(() -> new Unauthenticated(OVER)).user();
    throttle.take(user.name(), origin.address());
    String hash = passwordHash(user.name()).orElseThrow(() -> new Unauthenticated(OVER));
    boolean isRight = Passwords.matches(change.current(), hash);
    if (isRight) {
      throttle.succeeded(user.name(), origin.address());
    }
    String fresh = Passwords.hash(change.check(user, isRight).value());
    return database.change(
        user.actor().from(origin),
        tx -> {
          int changed =
              tx.execute(
                  sql.update(APP_USER)
                      .set(APP_USER.PASSWORD_HASH, fresh)
                      .set(APP_USER.UPDATED_AT, Times.now(clock))
                      .set(APP_USER.VERSION, APP_USER.VERSION.plus(1))
                      .where(APP_USER.NAME.eq(user.name()), APP_USER.PASSWORD_HASH.eq(hash)));
          if (changed == 0) {
            throw new Unauthenticated(OVER); // Somebody else was faster.
          }
          Users.endSessions(tx, user.name());
          tx.audit(
              new AuditEntry(
                  AuditEntry.name(USER_UPDATE),
                  "users/" + user.name(),
                  null,
                  new JsonObject().put("password_replaced", true)));
          return open(tx, user.name(), fresh);
        });
  }

  /**
   * Opens a session, unless the user was blocked or got another password while his was checked:
   * touching his row waits for whoever is about to do that, and makes him wait for us.
   */
  private String open(Database.Tx tx, String name, String hash) {
    var now = Times.now(clock);
    int found =
        tx.execute(
            sql.update(APP_USER)
                .set(APP_USER.SIGNED_IN_AT, now)
                .where(
                    APP_USER.NAME.eq(name),
                    APP_USER.PASSWORD_HASH.eq(hash),
                    APP_USER.BLOCKED.isFalse()));
    if (found == 0) {
      throw new Unauthenticated(WRONG);
    }
    String token = Passwords.random();
    tx.execute(
        sql.insertInto(PORTAL_SESSION)
            .set(PORTAL_SESSION.TOKEN_HASH, Passwords.fastHash(token))
            .set(PORTAL_SESSION.USER_NAME, name)
            .set(PORTAL_SESSION.CSRF_TOKEN, Passwords.random())
            .set(PORTAL_SESSION.CREATED_AT, now)
            .set(PORTAL_SESSION.SEEN_AT, now));
    return token;
  }

  /** Clears away the sessions that are over. */
  private void sweep() {
    var now = Times.now(clock);
    database.execute(
        sql.deleteFrom(PORTAL_SESSION)
            .where(
                PORTAL_SESSION
                    .CREATED_AT
                    .lt(now.minus(AGE_MAX))
                    .or(PORTAL_SESSION.SEEN_AT.lt(now.minus(IDLE_MAX)))));
  }

  private Optional<String> passwordHash(String name) {
    return database.first(
        sql.select(APP_USER.PASSWORD_HASH)
            .from(APP_USER)
            .where(APP_USER.NAME.eq(name), APP_USER.BLOCKED.isFalse()),
        row -> row.getString(0));
  }

  /** The session of a token, unless it is too old, was idle too long or its user is blocked. */
  public Optional<Session> find(String token) {
    var now = Times.now(clock);
    var found =
        database.first(
            sql.select(
                    APP_USER.NAME,
                    APP_USER.EMAIL,
                    APP_USER.ROLE,
                    APP_USER.BLOCKED,
                    PORTAL_SESSION.CSRF_TOKEN,
                    PORTAL_SESSION.SEEN_AT)
                .from(PORTAL_SESSION)
                .join(APP_USER)
                .on(APP_USER.NAME.eq(PORTAL_SESSION.USER_NAME))
                .where(
                    PORTAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token)),
                    PORTAL_SESSION.CREATED_AT.gt(now.minus(AGE_MAX)),
                    PORTAL_SESSION.SEEN_AT.gt(now.minus(IDLE_MAX)),
                    APP_USER.BLOCKED.isFalse()),
            row -> new Seen(session(row), row.getOffsetDateTime("seen_at")));
    if (found.isPresent() && found.get().at().isBefore(now.minus(TOUCH_EVERY))) {
      database.execute(
          sql.update(PORTAL_SESSION)
              .set(PORTAL_SESSION.SEEN_AT, now)
              .where(PORTAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token))));
    }
    return found.map(Seen::session);
  }

  public void end(String token) {
    database.execute(
        sql.deleteFrom(PORTAL_SESSION)
            .where(PORTAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token))));
  }

  private record Seen(Session session, OffsetDateTime at) {}

  private static Session session(Row row) {
    return new Session(
        new User(
            row.getString("name"),
            row.getString("email"),
            Role.named(row.getString("role")).orElseThrow(),
            row.getBoolean("blocked")),
        row.getString("csrf_token"));
  }
}
