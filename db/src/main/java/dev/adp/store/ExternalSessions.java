package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.BLOCKED_SUBJECT;
import static dev.adp.store.schema.Tables.EXTERNAL_SESSION;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import dev.adp.domain.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.JSONB;

/**
 * Who is signed in to the portal by the external issuer. The roles are those of the moment of the
 * sign-in, so a session lasts an hour at most: then the issuer is asked again. These methods make
 * actors, so they take none; a session is known only by the hash of its token.
 */
public final class ExternalSessions {
  public static final Duration AGE_MAX = Duration.ofHours(1);
  private static final Duration IDLE_MAX = Duration.ofMinutes(30);
  private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

  /**
   * Begins every token, so that the two kinds of session are told apart without a question. The dot
   * is no letter of base64url: a token of the other kind cannot begin like this by chance.
   */
  private static final String MARK = "x.";

  private final Database database;
  private final Clock clock;
  private final String issuer;

  /**
   * @param issuer the one whose word counts now; sessions of another are over
   */
  public ExternalSessions(Database database, Clock clock, String issuer) {
    this.database = database;
    this.clock = clock;
    this.issuer = issuer;
  }

  /**
   * An open session.
   *
   * @param csrfToken every form of this session carries it
   */
  public record Session(String subject, String attribution, Set<Role> roles, String csrfToken) {}

  private record Seen(Session session, boolean fresh) {}

  /** Whether a token can be of this kind. */
  public static boolean takes(String token) {
    return token.startsWith(MARK);
  }

  /**
   * Opens a session for an identity that the issuer has vouched for.
   *
   * @param idToken by which it did
   * @return the token for the cookie; empty when the identity is blocked
   */
  public Optional<String> start(
      String subject, String attribution, Set<Role> roles, String idToken) {
    String token = MARK + Passwords.random();
    var now = Times.now(clock);
    database.execute(
        sql.deleteFrom(EXTERNAL_SESSION)
            .where(
                EXTERNAL_SESSION
                    .CREATED_AT
                    .lt(now.minus(AGE_MAX))
                    .or(EXTERNAL_SESSION.SEEN_AT.lt(now.minus(IDLE_MAX)))));
    database.execute(
        sql.insertInto(EXTERNAL_SESSION)
            .set(EXTERNAL_SESSION.TOKEN_HASH, Passwords.fastHash(token))
            .set(EXTERNAL_SESSION.ISSUER, issuer)
            .set(EXTERNAL_SESSION.ID_TOKEN, SessionSeal.seal(token, idToken))
            .set(EXTERNAL_SESSION.SUBJECT, subject)
            .set(EXTERNAL_SESSION.ATTRIBUTION, attribution)
            .set(EXTERNAL_SESSION.ROLES, JSONB.jsonb(names(roles).encode()))
            .set(EXTERNAL_SESSION.CSRF_TOKEN, Passwords.random())
            .set(EXTERNAL_SESSION.CREATED_AT, now)
            .set(EXTERNAL_SESSION.SEEN_AT, now));
    return find(token).map(_ -> token);
  }

  /** The session of a token, unless it is too old, was idle too long or its subject is blocked. */
  public Optional<Session> find(String token) {
    var now = Times.now(clock);
    var found =
        database.first(
            sql.selectFrom(EXTERNAL_SESSION)
                .where(
                    EXTERNAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token)),
                    EXTERNAL_SESSION.ISSUER.eq(issuer),
                    EXTERNAL_SESSION.CREATED_AT.gt(now.minus(AGE_MAX)),
                    EXTERNAL_SESSION.SEEN_AT.gt(now.minus(IDLE_MAX)),
                    notExists(
                        selectOne()
                            .from(BLOCKED_SUBJECT)
                            .where(BLOCKED_SUBJECT.SUBJECT.eq(EXTERNAL_SESSION.SUBJECT)))),
            row ->
                new Seen(
                    session(row),
                    row.getOffsetDateTime("seen_at").isAfter(now.minus(TOUCH_EVERY))));
    if (found.isPresent() && !found.get().fresh()) {
      database.execute(
          sql.update(EXTERNAL_SESSION)
              .set(EXTERNAL_SESSION.SEEN_AT, now)
              .where(EXTERNAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token))));
    }
    return found.map(Seen::session);
  }

  /**
   * Ends a session.
   *
   * @return the ID token that it came of; empty when there was no such session
   */
  public Optional<String> end(String token) {
    return database.first(
        sql.deleteFrom(EXTERNAL_SESSION)
            .where(EXTERNAL_SESSION.TOKEN_HASH.eq(Passwords.fastHash(token)))
            .returning(EXTERNAL_SESSION.ID_TOKEN),
        row -> SessionSeal.open(token, row.getBuffer("id_token").getBytes()));
  }

  private static JsonArray names(Set<Role> roles) {
    var names = new JsonArray();
    roles.stream().map(Role::displayName).sorted().forEach(names::add);
    return names;
  }

  private static Session session(Row row) {
    return new Session(
        row.getString("subject"),
        row.getString("attribution"),
        row.getJsonArray("roles").stream()
            .flatMap(name -> Role.named(String.valueOf(name)).stream())
            .collect(Collectors.toUnmodifiableSet()),
        row.getString("csrf_token"));
  }
}
