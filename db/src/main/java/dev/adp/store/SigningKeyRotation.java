package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SIGNING_KEY;

import dev.adp.domain.Actor;
import dev.adp.domain.Origin;
import dev.adp.store.SigningKeys.Ring;
import dev.adp.store.SigningKeys.SigningKey;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the signing key a successor in time. The new key is published a day before it signs, the
 * old one until every token that it signed has expired; then it is deleted. Any number of instances
 * may look: each key is replaced once.
 */
public final class SigningKeyRotation implements AutoCloseable {
  /** Whoever keeps a copy of our key set has this long to fetch it again. */
  static final Duration PUBLISHED_AHEAD = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(SigningKeyRotation.class);
  private static final Actor ITSELF =
      new Actor("key-rotation", "", Set.of(), Optional.empty(), Origin.SYSTEM);

  private final Database database;
  private final MasterKeys masterKeys;
  private final Clock clock;
  private final Duration signsFor;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param signsFor how long one key signs
   */
  public SigningKeyRotation(
      Database database, MasterKeys masterKeys, Clock clock, Duration signsFor) {
    this.database = database;
    this.masterKeys = masterKeys;
    this.clock = clock;
    this.signsFor = signsFor;
    this.thread = Thread.ofPlatform().name("adp-key-rotation").daemon().unstarted(this::run);
  }

  /** Looks at once, and then every hour. */
  public SigningKeyRotation start() {
    thread.start();
    return this;
  }

  private void run() {
    while (!closed) {
      try {
        look();
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("cannot see to the signing keys: tried again in an hour", e);
      }
      try {
        TimeUnit.HOURS.sleep(1);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** Does what is due. */
  void look() {
    Ring ring = new SigningKeys(database, masterKeys).load();
    SigningKey newest = ring.keys().getFirst();
    Instant next = clock.instant().plus(PUBLISHED_AHEAD);
    if (!newest.signsFrom().plus(signsFor).isAfter(next)) {
      succeed(newest, next);
    }
    List<SigningKey> ended = ring.ended(clock.instant());
    if (!ended.isEmpty()) {
      retire(ended);
    }
  }

  private void succeed(SigningKey old, Instant signsFrom) {
    try {
      String kid =
          database.change(
              ITSELF,
              tx -> {
                String made =
                    SigningKeys.insertNew(tx, masterKeys, clock, signsFrom, Optional.of(old.kid()));
                tx.audit(
                    new AuditEntry(
                        "signing_key_create",
                        "signing-keys/" + made,
                        null,
                        new JsonObject()
                            .put("signs_from", signsFrom.toString())
                            .put("replaces", old.kid())));
                return made;
              });
      LOG.info("signing key {} takes over from {} at {}", kid, old.kid(), signsFrom);
    } catch (PgException e) {
      if (!Database.isUniqueViolation(e)) { // Else another instance has done it.
        throw e;
      }
    }
  }

  private void retire(List<SigningKey> ended) {
    int _ =
        database.change(
            ITSELF,
            tx -> {
              ended.forEach(
                  key ->
                      tx.audit(
                          new AuditEntry(
                              "signing_key_delete", "signing-keys/" + key.kid(), null, null)));
              return tx.execute(
                  sql.deleteFrom(SIGNING_KEY)
                      .where(SIGNING_KEY.KID.in(ended.stream().map(SigningKey::kid).toList())));
            });
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
