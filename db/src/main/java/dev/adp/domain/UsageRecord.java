package dev.adp.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of one call through the gateway. There is exactly one for each call, however it
 * ended.
 *
 * @param model the model that the caller asked for; empty when the call names none
 * @param modelAnswered the model that the upstream says it used; empty when it does not say
 * @param user e-mail of the user or name of the service account that called
 * @param agent name of the agent that called, or empty
 * @param operation what was called: method and upstream path without query
 * @param status HTTP status that the client got; 499 when he left before there was one
 * @param upstreamId the upstream's own id of the answer, or empty
 * @param serviceTier at which the upstream says it served the call, or empty; it decides the price
 * @param latencyMicros from the head of the request to the end of the answer
 * @param firstByteMicros until the first byte of the answer's body, when there was one
 * @param longestPrompt tokens of the longest prompt, when the record tells of several calls: the
 *     results of a batch
 * @param catalogVersion version of the price catalogue that the cost was computed with
 * @param connectionTest whether the call only tried a connection
 * @param countsOnce names work that more than one call can show, by the upstream's id: its tokens
 *     count with the first of their records that is stored, in all others they become zero; empty
 *     when no other call can show it
 */
public record UsageRecord(
    UUID id,
    Instant startedAt,
    UUID providerUid,
    String providerType,
    String model,
    String modelAnswered,
    String user,
    String agent,
    String conversationId,
    String operation,
    boolean streamed,
    Outcome outcome,
    int status,
    UsageState usageState,
    String upstreamId,
    String serviceTier,
    long latencyMicros,
    Optional<Long> firstByteMicros,
    long requestBytes,
    long responseBytes,
    Tokens tokens,
    Optional<Long> longestPrompt,
    Cost cost,
    String catalogVersion,
    boolean connectionTest,
    String countsOnce) {

  /** Texts that come from callers and upstreams are bounded, see {@link RecordedText}. */
  public UsageRecord {
    startedAt = startedAt.truncatedTo(ChronoUnit.MICROS); // As it is stored.
    model = RecordedText.of(model);
    modelAnswered = RecordedText.of(modelAnswered);
    user = RecordedText.of(user);
    agent = RecordedText.of(agent);
    conversationId = RecordedText.of(conversationId);
    operation = RecordedText.of(operation);
    upstreamId = RecordedText.of(upstreamId);
    serviceTier = RecordedText.of(serviceTier);
    countsOnce = RecordedText.of(countsOnce);
  }

  /** How a call ended. */
  public enum Outcome {
    /** The upstream answered below 400 and the client has all of it. */
    OK,
    /** The upstream refused or failed, and said so. */
    UPSTREAM_ERROR,
    /** The client left first. */
    CLIENT_GONE,
    /** The upstream could not be reached, broke off or took too long. */
    UPSTREAM_FAILED,
    /** Its provider was deleted. */
    ABORTED
  }

  /** How far the token counts can be trusted. */
  public enum UsageState {
    /** The upstream reported final counts, or the call is of a kind that costs no tokens. */
    REPORTED,
    /** The answer was cut; what had been reported by then is kept. */
    PARTIAL,
    /**
     * Would be counted here; not made, since a guess that looks like a count is worse than a gap.
     */
    ESTIMATED,
    /** The upstream spent tokens, nobody knows how many. */
    MISSING
  }
}
