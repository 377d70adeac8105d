package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.MASTER_KEY;

import dev.adp.domain.Failure.Conflict;
import dev.adp.store.MasterKey.Sealed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The master keys that this process holds: one for almost all of its life, two while a rotation is
 * under way. Everything sealed names its key; which of them seals what is new stands in the
 * database, so that all instances change over at the same moment.
 */
public final class MasterKeys {
  private static final long READ_AGAIN_NS = Duration.ofSeconds(1).toNanos();

  private final Supplier<List<MasterKey>> source;
  private final MasterKey first;
  private volatile Map<String, MasterKey> known;
  private volatile long readAt;

  /**
   * @param source asked again, once a second at most, when a key turns up that is not known: files
   *     may have changed
   */
  public MasterKeys(Supplier<List<MasterKey>> source) {
    this.source = source;
    List<MasterKey> read = source.get();
    this.first = read.getFirst();
    this.known = byId(read);
    this.readAt = System.nanoTime();
  }

  /** Just these; the first is the one that a new database starts with. */
  public static MasterKeys of(MasterKey... keys) {
    return new MasterKeys(() -> List.of(keys));
  }

  private static Map<String, MasterKey> byId(List<MasterKey> keys) {
    return keys.stream()
        .collect(Collectors.toUnmodifiableMap(MasterKey::id, Function.identity(), (a, _) -> a));
  }

  MasterKey first() {
    return first;
  }

  Set<String> ids() {
    return known.keySet();
  }

  /** The key of this fingerprint, if this process has it or can read it by now. */
  Optional<MasterKey> find(String id) {
    if (!known.containsKey(id) && System.nanoTime() - readAt > READ_AGAIN_NS) {
      readAt = System.nanoTime();
      known = byId(source.get());
    }
    return Optional.ofNullable(known.get(id));
  }

  /**
   * @throws IllegalStateException when the value was sealed by a key that is not here or under
   *     another name
   */
  byte[] open(String name, Sealed sealed) {
    return find(sealed.keyId())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "a stored value was sealed by master key %s, which this process does not have"
                        .formatted(sealed.keyId())))
        .open(name, sealed);
  }

  /**
   * Seals with the key that is in force.
   *
   * @throws Conflict when this process does not have it, having missed a rotation
   */
  Sealed seal(Database.Tx tx, String name, byte[] value) {
    String id =
        tx.first(
                sql.select(MASTER_KEY.KEY_ID).from(MASTER_KEY).where(MASTER_KEY.IN_FORCE),
                row -> row.getString(0))
            .orElseThrow();
    return find(id)
        .orElseThrow(
            () ->
                new Conflict(
                    ("the master key was rotated to %s, which this server does not have: restart it"
                            + " with the new key")
                        .formatted(id)))
        .seal(name, value);
  }

  /** The same value, its data key wrapped by another master key. */
  Sealed wrapAnew(String name, Sealed sealed, MasterKey by) {
    return find(sealed.keyId())
        .orElseThrow(
            () -> new IllegalStateException("master key " + sealed.keyId() + " is not given"))
        .wrapAnew(name, sealed, by);
  }

  @Override
  public String toString() {
    return "MasterKeys" + known.keySet();
  }
}
