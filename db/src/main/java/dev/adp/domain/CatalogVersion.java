package dev.adp.domain;

import java.time.Instant;

/**
 * A price catalogue that was offered to this installation.
 *
 * @param version as its file says; empty when that could not be read
 * @param digest SHA-256 of the file, in hex
 * @param source where it came from
 * @param diff what it changes in the one before, or what is wrong with it: a JSON object
 */
public record CatalogVersion(
    long id,
    String version,
    String digest,
    String source,
    Instant fetchedAt,
    State state,
    String diff) {

  /** What became of it. */
  public enum State {
    /** Waits for an administrator. */
    PENDING,
    /** Calls are priced by it. */
    ACTIVE,
    /** Another one took its place. */
    SUPERSEDED,
    /** Broken, or older than the one in force. */
    REJECTED
  }
}
