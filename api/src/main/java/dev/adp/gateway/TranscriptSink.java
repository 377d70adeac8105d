package dev.adp.gateway;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.UsageRecord;

/** Where the turns of conversations go. Neither waits nor throws. */
@FunctionalInterface
public interface TranscriptSink {
  /** Goes nowhere. */
  TranscriptSink NOWHERE = (_, _) -> {};

  /** Takes one turn, beside the record of its call. */
  void offer(UsageRecord record, CallTranscript transcript);
}
