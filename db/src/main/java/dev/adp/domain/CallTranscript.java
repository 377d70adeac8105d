package dev.adp.domain;

import java.util.List;
import java.util.Optional;

/**
 * One call as a span of a trace, with what was said in it as far as its provider records that. Goes
 * beside the {@link UsageRecord} of the same call, which knows who called what, when, how long and
 * for how much.
 *
 * @param traceId 32 hexadecimal digits; names the conversation when the caller did not
 * @param spanId 16 hexadecimal digits
 * @param parentSpanId the caller's own span, when he sent a {@code traceparent}
 * @param previousResponseId the upstream's id of the answer that this call goes on from, or empty
 * @param finishReasons why the upstream stopped, in the conventions' words; one for each choice
 * @param input {@code gen_ai.input.messages}, with the system's instructions as the first message;
 *     empty where inputs are not recorded
 * @param output {@code gen_ai.output.messages}; empty where outputs are not recorded
 */
public record CallTranscript(
    String traceId,
    String spanId,
    Optional<String> parentSpanId,
    String previousResponseId,
    List<String> finishReasons,
    Optional<RecordedMessages> input,
    Optional<RecordedMessages> output) {

  public CallTranscript {
    previousResponseId = RecordedText.of(previousResponseId);
    finishReasons = List.copyOf(finishReasons);
  }
}
