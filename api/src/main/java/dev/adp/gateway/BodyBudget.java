package dev.adp.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for held request bodies, shared by all calls of the process. */
public final class BodyBudget {
  private final long bytesMax;
  private final AtomicLong held = new AtomicLong();

  public BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Whether that many more bytes may be held; if so they are. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= bytesMax) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  long held() {
    return held.get();
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }
}
