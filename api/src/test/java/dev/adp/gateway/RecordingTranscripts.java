package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.UsageRecord;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Shows the turns that the gateway hands on. */
final class RecordingTranscripts implements TranscriptSink {
  private static final long WAIT_S = 20;

  private final BlockingQueue<Kept> turns = new LinkedBlockingQueue<>();

  /** One turn beside the record of its call. */
  record Kept(UsageRecord record, CallTranscript transcript) {}

  @Override
  public void offer(UsageRecord record, CallTranscript transcript) {
    turns.add(new Kept(record, transcript));
  }

  /** The next turn, waiting for it. */
  CallTranscript next() throws InterruptedException {
    return nextKept().transcript();
  }

  Kept nextKept() throws InterruptedException {
    Kept kept = turns.poll(WAIT_S, SECONDS);
    if (kept == null) {
      throw new AssertionError("no turn was handed on");
    }
    return kept;
  }

  int pending() {
    return turns.size();
  }
}
