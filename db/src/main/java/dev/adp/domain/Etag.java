package dev.adp.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * What tells a state of a resource from every other one, also from those of a resource of the same
 * name that was there before: who has read that one must not change or delete its successor.
 */
final class Etag {
  private static final int UID_CHARS = 8;

  private Etag() {}

  /** Of a resource that has an identity for ever. */
  static String of(UUID uid, long version) {
    return "\"%s-%d\"".formatted(uid.toString().substring(0, UID_CHARS), version);
  }

  /** Of one that is known by its name and by when it was made. */
  static String of(Instant createdAt, long version) {
    return "\"%s-%d\"".formatted(micros(createdAt), version);
  }

  /** Of one whose changes nobody counts. */
  static String of(Instant updatedAt) {
    return '"' + micros(updatedAt) + '"';
  }

  /** As exactly as the database keeps it. */
  private static String micros(Instant time) {
    return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time), Character.MAX_RADIX);
  }
}
