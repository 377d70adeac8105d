package dev.adp.gateway;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * When a call began, for the calendar and for measuring, and what the logs say of its client.
 *
 * @param protocol its version of HTTP, by the name that TLS has for it
 */
record CallStart(Instant at, long nanos, String requestId, String protocol) {
  long micros() {
    return (System.nanoTime() - nanos) / 1_000;
  }

  boolean isLongerAgo(long nowNanos, long ms) {
    return nowNanos - nanos > TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
