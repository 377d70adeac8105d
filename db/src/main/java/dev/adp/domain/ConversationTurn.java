package dev.adp.domain;

import dev.adp.domain.Conversation.ProviderName;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One call of a conversation: what was said, as far as it is recorded, and what it cost.
 *
 * @param parentSpanId the caller's own span; empty when he named none
 * @param status HTTP status that the client got
 */
public record ConversationTurn(
    UUID id,
    Instant startedAt,
    String traceId,
    String spanId,
    String parentSpanId,
    ProviderName provider,
    String model,
    String modelAnswered,
    String user,
    String agent,
    String operation,
    boolean streamed,
    Outcome outcome,
    int status,
    List<String> finishReasons,
    long latencyMicros,
    Optional<Long> firstByteMicros,
    UsageState usageState,
    Tokens tokens,
    Cost cost,
    Messages input,
    Messages output) {

  /** What became of the messages of one side of a call. */
  public enum Recording {
    /** The provider did not record them when the call was made. */
    NOT_RECORDED,
    RECORDED,
    /** Recorded but for what was too large. */
    TRUNCATED,
    /** To be recorded, but there was no room for it. */
    DROPPED,
    /** To be recorded, but in no form that is read. */
    UNREADABLE
  }

  /**
   * The messages of one side.
   *
   * @param json an array in the form of OpenTelemetry's conventions; empty when there is none
   */
  public record Messages(Recording state, String json) {
    public boolean isKept() {
      return !json.isEmpty();
    }

    /** Bodies never reach a log. */
    @Override
    public String toString() {
      return "Messages[%s, %d characters]".formatted(state, json.length());
    }
  }

  public PageKey key() {
    return new PageKey(startedAt.toString(), id.toString());
  }
}
