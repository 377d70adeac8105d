package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.APP_USER;
import static dev.adp.store.schema.Tables.PORTAL_SESSION;

import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Role;
import dev.adp.domain.User;
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

  private final Database database;
  private final Clock clock;

  public PortalSessions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
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
   * @return the token for the cookie
   * @throws Unauthenticated with one text for whatever is wrong
   */
  public String signIn(String name, String password) {
    Optional<String> hash = Database.takes(name) ? passwordHash(name) : Optional.empty();
    if (hash.isEmpty()) {
      Passwords.matchNobody(password);
    }
    if (!hash.map(stored -> Passwords.matches(password, stored)).orElse(false)) {
      throw new Unauthenticated("User name or password is wrong.");
    }
    String token = Passwords.random();
    var now = Times.now(clock);
    database.execute(
        sql.deleteFrom(PORTAL_SESSION)
            .where(
                PORTAL_SESSION
                    .CREATED_AT
                    .lt(now.minus(AGE_MAX))
                    .or(PORTAL_SESSION.SEEN_AT.lt(now.minus(IDLE_MAX)))));
    database.execute(
        sql.insertInto(PORTAL_SESSION)
            .set(PORTAL_SESSION.TOKEN_HASH, Passwords.fastHash(token))
            .set(PORTAL_SESSION.USER_NAME, name)
            .set(PORTAL_SESSION.CSRF_TOKEN, Passwords.random())
            .set(PORTAL_SESSION.CREATED_AT, now)
            .set(PORTAL_SESSION.SEEN_AT, now));
    return token;
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
