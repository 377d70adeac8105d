package dev.adp.terraform.grpc;

import java.util.function.LongSupplier;

/**
 * Ends a connection on which frames come that bring nothing, and so fast that no client needs it.
 * Those of calls are none of them, however many calls there are: Terraform makes one for each time
 * that a function is called.
 */
final class FrameRate {
  /**
   * Far more than a client's: it asks for the round trip once in a round trip, and ends a stream no
   * more often than it begins one.
   */
  static final int FRAMES_PER_S_MAX = 20_000;

  /** Far more than the head, the ends, the windows and the pings that a call takes. */
  static final int FRAMES_PER_CALL = 32;

  private static final long S_NANOS = 1_000_000_000;

  private final LongSupplier nanoTime;
  private long start;
  private int frames;

  FrameRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    start = nanoTime.getAsLong();
  }

  /** Counts a frame that is not content. */
  void count() throws ConnectionError {
    if (++frames <= FRAMES_PER_S_MAX) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - start < S_NANOS) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that say nothing");
    }
    start = now;
    frames = 1;
  }

  /** A whole request has come, and what belongs to it with it. */
  void forgive() {
    frames = Math.max(0, frames - FRAMES_PER_CALL);
  }
}
