package dev.adp.gateway;

import dev.adp.gateway.speech.MessageLimits;

/**
 * What is kept of what is said, in bytes.
 *
 * @param messages of one message, and of one side of a call: no more of a body is looked at either
 * @param heldBytesMax bodies of all calls that wait in memory to be looked at
 */
public record TranscriptLimits(MessageLimits messages, long heldBytesMax) {
  /** What the documentation of the settings says. */
  public static final TranscriptLimits DEFAULT =
      new TranscriptLimits(new MessageLimits(64 << 10, 2 << 20), 64L << 20);
}
