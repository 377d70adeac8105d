package dev.adp.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of the audit log.
 *
 * @param actor who, as in {@link Actor#name()}; empty when nobody was signed in
 * @param action what was done or asked for: a permission without its prefix, or a word like {@code
 *     authenticate}
 * @param resource path below {@code /v1}, for example {@code llm-providers/team-a}
 * @param repeated how often the same was refused again within the minute
 * @param before the thing as it was, as JSON and without secrets
 * @param after the thing as it is now, as JSON and without secrets
 */
public record AuditEvent(
    long id,
    Instant at,
    String actor,
    Origin origin,
    String action,
    String resource,
    Outcome outcome,
    long repeated,
    Optional<String> before,
    Optional<String> after) {

  /** What became of it. */
  public enum Outcome {
    DONE,
    REFUSED
  }

  /**
   * Which lines to list; empty texts mean all.
   *
   * @param actor with its kind, or without for whoever is called so
   * @param start inclusive
   * @param end exclusive
   */
  public record Query(
      String actor,
      String action,
      String resource,
      Optional<Outcome> outcome,
      Optional<Instant> start,
      Optional<Instant> end) {
    public static final Query ALL =
        new Query("", "", "", Optional.empty(), Optional.empty(), Optional.empty());
  }
}
