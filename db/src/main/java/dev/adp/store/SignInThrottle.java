package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SIGN_IN_ATTEMPT;

import dev.adp.domain.Failure.TooManyRequests;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jooq.Query;

/**
 * Slows down whoever guesses passwords: for each user name a wait that doubles from failure to
 * failure, and for each client address a number of failures in a while. Both are counted in the
 * database, for all processes together, and forgotten after a while: nobody is locked out for good.
 *
 * <p>An attempt counts as a failure before the password is looked at, and is taken back when it was
 * right. So a thousand guesses at once are no more than a thousand in a row. An attempt that must
 * wait costs no hashing and writes nothing, and whether there is such a user makes no difference.
 */
final class SignInThrottle {
  /** From this failure of a name on it has to wait. */
  static final int NAME_WAITS_FROM = 5;

  /** No more: somebody else's guesses must not keep a user out for long. */
  static final Duration NAME_WAIT_MAX = Duration.ofSeconds(60);

  private static final Duration NAME_FORGOTTEN_AFTER = Duration.ofHours(1);

  static final int ADDRESS_FAILURES_MAX = 50;
  static final Duration ADDRESS_WINDOW = Duration.ofMinutes(10);

  private static final int SWEEP_ROWS_MAX = 1_000;
  private static final int NETWORK_BYTES = 8;

  private final Database database;
  private final Clock clock;

  SignInThrottle(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What is counted, and how. */
  private enum Kind {
    NAME {
      @Override
      Count after(int failures, Count before, Instant now) {
        int beyond = Math.clamp(failures - NAME_WAITS_FROM, -1, 30);
        Duration wait = beyond < 0 ? Duration.ZERO : Duration.ofSeconds(1L << beyond);
        Instant next = now.plus(wait.compareTo(NAME_WAIT_MAX) > 0 ? NAME_WAIT_MAX : wait);
        return new Count(failures, next, now.plus(NAME_FORGOTTEN_AFTER));
      }
    },
    ADDRESS {
      @Override
      Count after(int failures, Count before, Instant now) {
        Instant end = failures == 1 ? now.plus(ADDRESS_WINDOW) : before.forgetAt();
        return new Count(failures, failures < ADDRESS_FAILURES_MAX ? now : end, end);
      }
    };

    abstract Count after(int failures, Count before, Instant now);
  }

  /**
   * Failures so far.
   *
   * @param nextAt when the next attempt may come
   * @param forgetAt when counting begins anew
   */
  private record Count(int failures, Instant nextAt, Instant forgetAt) {}

  /**
   * Takes an attempt.
   *
   * @param name as it was typed
   * @param address the client's; may be empty
   * @throws TooManyRequests when it comes too early, saying when to try again
   */
  void take(String name, String address) {
    Instant now = Times.now(clock).toInstant();
    database.transaction(
        tx -> {
          take(tx, Kind.ADDRESS, key(Kind.ADDRESS, network(address)), now); // Always in this order.
          take(tx, Kind.NAME, key(Kind.NAME, name), now);
          return true;
        });
  }

  private static void take(Database.Tx tx, Kind kind, byte[] key, Instant now) {
    tx.execute(
        sql.insertInto(SIGN_IN_ATTEMPT)
            .set(SIGN_IN_ATTEMPT.KEY, key)
            .set(SIGN_IN_ATTEMPT.FAILURES, 0)
            .set(SIGN_IN_ATTEMPT.NEXT_AT, Times.of(now))
            .set(SIGN_IN_ATTEMPT.FORGET_AT, Times.of(now))
            .onConflictDoNothing());
    Count before =
        tx.first(
                sql.selectFrom(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.KEY.eq(key)).forUpdate(),
                row ->
                    new Count(
                        row.getInteger("failures"),
                        Times.read(row, "next_at"),
                        Times.read(row, "forget_at")))
            .orElseGet(() -> new Count(0, now, now)); // Swept away just now.
    if (before.nextAt().isAfter(now)) {
      Duration wait = Duration.between(now, before.nextAt()).plusMillis(999);
      throw new TooManyRequests(
          "Too many attempts to sign in.", Duration.ofSeconds(wait.toSeconds()));
    }
    boolean forgotten = !before.forgetAt().isAfter(now);
    tx.execute(write(key, kind.after(forgotten ? 1 : before.failures() + 1, before, now)));
  }

  /** Takes an attempt back: the password was right. */
  void succeeded(String name, String address) {
    database.execute(
        sql.update(SIGN_IN_ATTEMPT)
            .set(SIGN_IN_ATTEMPT.FAILURES, SIGN_IN_ATTEMPT.FAILURES.minus(1))
            .set(SIGN_IN_ATTEMPT.NEXT_AT, Times.now(clock))
            .where(
                SIGN_IN_ATTEMPT.KEY.eq(key(Kind.ADDRESS, network(address))),
                SIGN_IN_ATTEMPT.FAILURES.gt(0)));
    database.execute(
        sql.deleteFrom(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.KEY.eq(key(Kind.NAME, name))));
  }

  /** Clears away what is forgotten, and waits for nobody. */
  void sweep() {
    database.execute(
        sql.deleteFrom(SIGN_IN_ATTEMPT)
            .where(
                SIGN_IN_ATTEMPT.KEY.in(
                    sql.select(SIGN_IN_ATTEMPT.KEY)
                        .from(SIGN_IN_ATTEMPT)
                        .where(SIGN_IN_ATTEMPT.FORGET_AT.lt(Times.now(clock)))
                        .limit(SWEEP_ROWS_MAX)
                        .forUpdate()
                        .skipLocked())));
  }

  private static Query write(byte[] key, Count count) {
    return sql.update(SIGN_IN_ATTEMPT)
        .set(SIGN_IN_ATTEMPT.FAILURES, count.failures())
        .set(SIGN_IN_ATTEMPT.NEXT_AT, Times.of(count.nextAt()))
        .set(SIGN_IN_ATTEMPT.FORGET_AT, Times.of(count.forgetAt()))
        .where(SIGN_IN_ATTEMPT.KEY.eq(key));
  }

  /** A hash: people type passwords into the wrong field, and those must not be stored. */
  private static byte[] key(Kind kind, String text) {
    return Passwords.fastHash(kind.name() + ':' + text);
  }

  /** Of IPv6 the first half: whoever has one address there has all of its network. */
  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return HexFormat.of()
          .formatHex(bytes.length > NETWORK_BYTES ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
