package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.APP_USER;
import static dev.adp.store.schema.Tables.MASTER_KEY;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.Query;
import org.jooq.impl.DSL;

/** What a database needs before anybody can sign in, made once, by whoever starts first. */
public final class FirstRun {
  private static final long ADVISORY_LOCK = 0x61_64_70; // "adp"
  private static final Query KEY_ID = sql.select(MASTER_KEY.KEY_ID).from(MASTER_KEY);

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
                  + " give the right one by ADP_MASTER_KEY or ADP_MASTER_KEY_FILE")
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
      Database database, MasterKey masterKey, Clock clock, Consumer<Admin> keep) {
    return database.transaction(
        tx -> {
          tx.execute(sql.query("select pg_advisory_xact_lock({0})", DSL.inline(ADVISORY_LOCK)));
          var stored = tx.first(KEY_ID, row -> row.getString(0));
          if (isOurs(stored, masterKey)) {
            return false;
          }
          tx.execute(sql.insertInto(MASTER_KEY).set(MASTER_KEY.KEY_ID, masterKey.id()));
          SigningKeys.insertNew(tx, masterKey, clock);
          keep.accept(admin(tx, clock));
          return true;
        });
  }

  /**
   * Whether the database has been set up; for a process that only joins one.
   *
   * @throws WrongMasterKey when the database belongs to another master key
   */
  public static boolean done(Database database, MasterKey masterKey) {
    return isOurs(database.first(KEY_ID, row -> row.getString(0)), masterKey);
  }

  private static boolean isOurs(Optional<String> stored, MasterKey masterKey) {
    if (stored.isPresent() && !stored.get().equals(masterKey.id())) {
      throw new WrongMasterKey(masterKey.id(), stored.get());
    }
    return stored.isPresent();
  }

  private static Admin admin(Database.Tx tx, Clock clock) {
    String password = Passwords.generate();
    tx.execute(
        sql.insertInto(APP_USER)
            .set(APP_USER.NAME, "admin")
            .set(APP_USER.EMAIL, "admin@localhost")
            .set(APP_USER.ROLE, Role.ADMIN.displayName())
            .set(APP_USER.PASSWORD_HASH, Passwords.hash(password))
            .set(APP_USER.CREATED_AT, Times.now(clock)));
    Instant now = Times.now(clock).toInstant();
    var name = new ResourceId("admin");
    var account = new ServiceAccount.Draft(name, "Administrator", Role.ADMIN, false);
    ServiceAccount _ = ServiceAccounts.insert(tx, account, now);
    return new Admin("admin", password, Credentials.add(tx, name, now, Lifetime.DEFAULT));
  }
}
