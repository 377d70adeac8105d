package dev.adp.domain;

import dev.adp.domain.UsageRecord.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Calls of models that belong together: by the name that their caller gave them, by the answer that
 * one goes on from, or because there is only one.
 *
 * @param id the caller's name for it, or the id of the trace of its first call
 * @param endedAt when the last answer so far was complete
 * @param failedTurns turns that did not end well
 * @param missingUsageTurns turns that cost tokens nobody knows the number of
 * @param inputTurns turns whose inputs are recorded
 * @param outputTurns turns whose outputs are recorded
 * @param costMicrocents of the tokens that have a price
 * @param lastOutcome how its latest turn ended
 * @param agents the first of those on whose behalf it was held
 */
public record Conversation(
    String id,
    Instant startedAt,
    Instant endedAt,
    long turns,
    long failedTurns,
    long missingUsageTurns,
    long inputTurns,
    long outputTurns,
    long tokens,
    long unpricedTokens,
    long costMicrocents,
    Outcome lastOutcome,
    List<ProviderName> providers,
    List<String> agents,
    List<String> users,
    List<String> models) {

  /** Ids that no path can hold, and those that would be taken for what stands for them. */
  private static final Pattern DOTS = Pattern.compile("~*\\.\\.?");

  /** What stands in a path for an id, before it is percent-encoded. */
  public static String inPath(String id) {
    return DOTS.matcher(id).matches() ? "~" + id : id;
  }

  /** The id that a path names. */
  public static String ofPath(String segment) {
    return segment.startsWith("~") && DOTS.matcher(segment).matches()
        ? segment.substring(1)
        : segment;
  }

  /**
   * A provider as those see it who may not read providers.
   *
   * @param type without the prefix of the API
   */
  public record ProviderName(String name, String displayName, String type) {}

  public Duration duration() {
    return Duration.between(startedAt, endedAt);
  }

  /**
   * Which conversations to list; empty texts mean all.
   *
   * @param search how the id begins, or the whole name of an agent, a user or a model
   * @param provider name of a provider that took part
   * @param agent name of an agent that took part, with or without {@code agents/}
   * @param status how the latest turn ended
   * @param failed whether some turn failed
   * @param recorded whether messages of some turn are kept
   * @param start inclusive
   * @param end exclusive
   */
  public record Query(
      String search,
      String provider,
      String agent,
      Optional<Outcome> status,
      Optional<Boolean> failed,
      Optional<Boolean> recorded,
      Optional<Instant> start,
      Optional<Instant> end) {
    public static final Query ALL =
        new Query(
            "",
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }
}
