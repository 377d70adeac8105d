package dev.adp.store;

import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT_CREDENTIAL;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Machine identities and the credentials that they get tokens with. */
public final class ServiceAccounts {
  private static final Duration CREDENTIAL_LIFETIME = Duration.ofDays(90);

  private final Database database;
  private final Clock clock;

  public ServiceAccounts(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A credential as it is shown once. */
  public record Credential(String clientId, String clientSecret) {
    @Override
    public String toString() {
      return "Credential[" + clientId + ", ***]";
    }
  }

  /**
   * Creates a service account with one credential.
   *
   * @param agent whether its calls are attributed to an agent of its name
   * @throws Forbidden when the actor would grant a permission that he lacks
   */
  public Credential create(
      Actor actor, ResourceId name, String displayName, Role role, boolean agent) {
    actor.require(SERVICEACCOUNT_CREATE);
    actor.requireAll(role);
    return database.change(
        actor,
        tx -> {
          if (!insert(tx, clock, name, displayName, role, agent)) {
            throw new AlreadyExists("service account", name.value());
          }
          tx.audit(
              AuditEntry.created(
                  SERVICEACCOUNT_CREATE,
                  "service-accounts/" + name,
                  new JsonObject()
                      .put("display_name", displayName)
                      .put("role", role.displayName())
                      .put("agent", agent)));
          return addCredential(tx, clock, name);
        });
  }

  /**
   * Checks a credential and says whose it is. It makes an actor, so it takes none.
   *
   * @throws Unauthenticated with one text for whatever is wrong
   */
  public ResourceId authenticate(String clientId, String clientSecret) {
    return Optional.of(clientId)
        .filter(Database::takes)
        .flatMap(id -> account(id, Passwords.fastHash(clientSecret)))
        .map(ResourceId::new)
        .orElseThrow(() -> new Unauthenticated("client_id or client_secret is wrong or expired"));
  }

  private Optional<String> account(String clientId, byte[] offered) {
    return database
        .first(
            sql.select(
                    SERVICE_ACCOUNT_CREDENTIAL.SERVICE_ACCOUNT,
                    SERVICE_ACCOUNT_CREDENTIAL.SECRET_HASH)
                .from(SERVICE_ACCOUNT_CREDENTIAL)
                .where(
                    SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID.eq(clientId),
                    SERVICE_ACCOUNT_CREDENTIAL.EXPIRES_AT.gt(Times.now(clock))),
            row ->
                MessageDigest.isEqual(offered, row.getBuffer(1).getBytes()) ? row.getString(0) : "")
        .filter(name -> !name.isEmpty());
  }

  static boolean insert(
      Database.Tx tx, Clock clock, ResourceId name, String displayName, Role role, boolean agent) {
    return tx.execute(
            sql.insertInto(SERVICE_ACCOUNT)
                .set(SERVICE_ACCOUNT.NAME, name.value())
                .set(SERVICE_ACCOUNT.DISPLAY_NAME, displayName)
                .set(SERVICE_ACCOUNT.ROLE, role.displayName())
                .set(SERVICE_ACCOUNT.AGENT, agent)
                .set(SERVICE_ACCOUNT.CREATED_AT, Times.now(clock))
                .onConflictDoNothing())
        == 1;
  }

  static Credential addCredential(Database.Tx tx, Clock clock, ResourceId name) {
    var credential =
        new Credential(
            name.value() + "-" + Passwords.random().substring(0, 8), "adp_" + Passwords.random());
    var now = Times.now(clock);
    tx.execute(
        sql.insertInto(SERVICE_ACCOUNT_CREDENTIAL)
            .set(SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID, credential.clientId())
            .set(SERVICE_ACCOUNT_CREDENTIAL.SERVICE_ACCOUNT, name.value())
            .set(
                SERVICE_ACCOUNT_CREDENTIAL.SECRET_HASH,
                Passwords.fastHash(credential.clientSecret()))
            .set(SERVICE_ACCOUNT_CREDENTIAL.CREATED_AT, now)
            .set(SERVICE_ACCOUNT_CREDENTIAL.EXPIRES_AT, now.plus(CREDENTIAL_LIFETIME)));
    return credential;
  }
}
