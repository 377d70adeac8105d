package dev.adp.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what becomes true a little later, never longer than needed. */
final class Eventually {
  private static final Duration MAX = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /** Repeats an assertion until it holds, or throws its last failure when time is up. */
  static void eventually(ThrowingCallable assertion) {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
