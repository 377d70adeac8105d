package dev.adp.gateway;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls under way in this process, and how many may be: of all, and of one provider's. */
public final class CallLimit {
  private final int max;
  private final int ofOneProviderMax;
  private final AtomicInteger now = new AtomicInteger();
  private final Map<UUID, Integer> ofProviders = new ConcurrentHashMap<>();

  /**
   * @param ofOneProviderMax less than {@code max}, so that one whose upstream is slow leaves room
   *     for the others
   */
  public CallLimit(int max, int ofOneProviderMax) {
    this.max = max;
    this.ofOneProviderMax = ofOneProviderMax;
  }

  /** Whether one more call may begin; if so it counts until {@link #leave()}. */
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

  /** Whether one more call may go to a provider; if so it counts until {@link #leave(UUID)}. */
  boolean enter(UUID provider) {
    if (ofProviders.merge(provider, 1, Integer::sum) <= ofOneProviderMax) {
      return true;
    }
    leave(provider);
    return false;
  }

  void leave(UUID provider) {
    ofProviders.computeIfPresent(provider, (_, calls) -> calls == 1 ? null : calls - 1);
  }

  int now() {
    return now.get();
  }
}
