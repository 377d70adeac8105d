package dev.adp.store;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what another thread or process brings about: looks again and again until a deadline.
 */
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private Eventually() {}

  /** Fails when the condition does not hold before the deadline. */
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > DEADLINE.toNanos()) {
        throw new AssertionError("not within %s: %s".formatted(DEADLINE, what));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
