package dev.adp.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/** Calls under way in this process, and how many may be. */
public final class CallLimit {
  private final int max;
  private final AtomicInteger now = new AtomicInteger();

  public CallLimit(int max) {
    this.max = max;
  }

  /** Whether one more call may begin; if so it counts until {@link #leave}. */
  boolean enter() {
    if (now.incrementAndGet() <= max) {
      return true;
    }
    now.decrementAndGet();
    return false;
  }

  void leave() {
    now.decrementAndGet();
  }

  int now() {
    return now.get();
  }
}
