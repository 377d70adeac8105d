package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what becomes true a little later, never longer than needed. */
final class Eventually {
  private static final Duration MAX = Duration.ofSeconds(60);
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

  /**
   * Whatever begins later than that after the change must see it. How long it takes once it has
   * begun is not what is promised: a loaded machine may be slow.
   */
  static void within(Duration limit, BooleanSupplier condition) {
    long change = System.nanoTime();
    while (true) {
      long begun = System.nanoTime();
      if (condition.getAsBoolean()) {
        return;
      }
      assertThat(Duration.ofNanos(begun - change)).isLessThan(limit);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
