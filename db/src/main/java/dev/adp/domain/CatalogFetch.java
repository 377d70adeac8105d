package dev.adp.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * How this process last fared with the price catalogue that the operator publishes.
 *
 * @param source URL without query, or file
 * @param lookedAt when it last looked; empty before the first time
 * @param goodAt when it last found a catalogue that it could take, or the one that it had
 * @param problem what is wrong, in words; empty when nothing is
 */
public record CatalogFetch(
    String source,
    State state,
    Optional<Instant> lookedAt,
    Optional<Instant> goodAt,
    String problem) {

  /** What came of the last look. */
  public enum State {
    /** There was none yet. */
    WAITING,
    /** A catalogue that was taken, or the same as before. */
    GOOD,
    /** No catalogue: the source does not answer, or not with one. */
    FAILING,
    /** A catalogue that is broken, old or superseded. */
    REJECTED
  }

  /** Before the first look. */
  public static CatalogFetch waiting(String source) {
    return new CatalogFetch(source, State.WAITING, Optional.empty(), Optional.empty(), "");
  }

  public CatalogFetch good(Instant now) {
    return new CatalogFetch(source, State.GOOD, Optional.of(now), Optional.of(now), "");
  }

  public CatalogFetch failing(Instant now, String reason) {
    return new CatalogFetch(source, State.FAILING, Optional.of(now), goodAt, reason);
  }

  public CatalogFetch rejected(Instant now, String reason) {
    return new CatalogFetch(source, State.REJECTED, Optional.of(now), goodAt, reason);
  }

  /** The source still has what it had when this was found out. */
  public CatalogFetch again(Instant now) {
    return new CatalogFetch(
        source, state, Optional.of(now), state == State.GOOD ? Optional.of(now) : goodAt, problem);
  }
}
