package dev.adp.gateway;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** When a call began, for the calendar and for measuring, and its id for the logs. */
record CallStart(Instant at, long nanos, String requestId) {
  long micros() {
    return (System.nanoTime() - nanos) / 1_000;
  }

  boolean isLongerAgo(long nowNanos, long ms) {
    return nowNanos - nanos > TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
