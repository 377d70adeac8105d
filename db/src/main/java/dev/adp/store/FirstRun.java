package dev.adp.store;

import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_UPDATE;
import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.APP_USER;
import static dev.adp.store.schema.Tables.MASTER_KEY;

import dev.adp.domain.Actor;
import dev.adp.domain.NewPassword;
import dev.adp.domain.Origin;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.UserAccount;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.Query;
import org.jooq.impl.DSL;

/** What a database needs before anybody can sign in, made once, by whoever starts first. */
public final class FirstRun {
  private static final long ADVISORY_LOCK = 0x61_64_70; // "adp"
  private static final Query KEY_IDS =
      sql.select(MASTER_KEY.KEY_ID).from(MASTER_KEY).orderBy(MASTER_KEY.KEY_ID);

  /** Who makes the first administrator, in the audit log. */
  private static final Actor FIRST_START =
      new Actor("first-start", "", Set.of(), Optional.empty(), Origin.SYSTEM);

  private FirstRun() {}

  /** What the first administrator gets to see, once. */
  public record Admin(String username, String password, ServiceAccounts.Credential credential) {
    @Override
    public String toString() {
      return "Admin[" + username + ", ***]";
    }
  }

  /** The master key is not the one that the stored values were sealed with. */
  public static final class WrongMasterKey extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongMasterKey(String given, String stored) {
      super(
          ("the master key (fingerprint %s) is not the one that this database was sealed with (%s):"
                  + " give the right one by ADP_MASTER_KEY or ADP_MASTER_KEY_FILE, and"
                  + " during a rotation the other one by ADP_MASTER_KEY_PREVIOUS(_FILE)")
              .formatted(given, stored));
    }
  }

  /**
   * Creates the administrator, his service account and the signing key in one transaction, unless
   * they are there.
   *
   * @param keep stores the credentials before they are committed, so that they cannot get lost
   * @return whether this was the first run
   * @throws WrongMasterKey when the database belongs to another master key
   */
  public static boolean prepare(
      Database database, MasterKeys masterKeys, Clock clock, Consumer<Admin> keep) {
    return database.transaction(
        tx -> {
          tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
          if (areOurs(tx.list(KEY_IDS, row -> row.getString(0)), masterKeys)) {
            return false;
          }
          tx.execute(sql.insertInto(MASTER_KEY).set(MASTER_KEY.KEY_ID, masterKeys.first().id()));
          var _ = SigningKeys.insertNew(tx, masterKeys, clock, clock.instant(), Optional.empty());
          keep.accept(admin(tx, clock));
          return true;
        });
  }

  /**
   * Whether the database has been set up; for a process that only joins one.
   *
   * @throws WrongMasterKey when the database belongs to another master key
   */
  public static boolean done(Database database, MasterKeys masterKeys) {
    return areOurs(database.list(KEY_IDS, row -> row.getString(0)), masterKeys);
  }

  /** Each key that anything may still be sealed by must be ours; in a rotation there are two. */
  private static boolean areOurs(List<String> stored, MasterKeys masterKeys) {
    if (!stored.stream().allMatch(id -> masterKeys.find(id).isPresent())) {
      throw new WrongMasterKey(String.join(", ", masterKeys.ids()), String.join(" and ", stored));
    }
    return !stored.isEmpty();
  }

  private static Admin admin(Database.Tx tx, Clock clock) {
    String password = NewPassword.random().value();
    Instant now = Times.now(clock).toInstant();
    var name = new ResourceId("admin");
    var user = new UserAccount.Draft(name, "admin@localhost", Role.ADMIN, false);
    tx.execute(
        sql.insertInto(APP_USER)
            .set(APP_USER.NAME, name.value())
            .set(APP_USER.EMAIL, user.email())
            .set(APP_USER.ROLE, user.role().displayName())
            .set(APP_USER.PASSWORD_HASH, Passwords.hash(password))
            .set(APP_USER.CREATED_AT, Times.of(now)));
    var account = new ServiceAccount.Draft(name, "Administrator", Role.ADMIN, false);
    ServiceAccount _ = ServiceAccounts.insert(tx, account, now);
    var credential = Credentials.add(tx, name, now, Lifetime.DEFAULT);
    Stream.of(
            AuditEntry.created(USER_CREATE, Users.path(name), Users.json(user)),
            AuditEntry.created(
                SERVICEACCOUNT_CREATE, ServiceAccounts.path(name), ServiceAccounts.json(account)),
            AuditEntry.created(
                SERVICEACCOUNT_UPDATE,
                ServiceAccounts.path(name, credential.clientId()),
                Credentials.json(credential.clientId(), credential.expiresAt())))
        .forEach(entry -> tx.execute(entry.insert(FIRST_START)));
    return new Admin(name.value(), password, credential);
  }
}
