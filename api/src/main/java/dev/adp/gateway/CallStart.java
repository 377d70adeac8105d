package dev.adp.gateway;

import java.time.Instant;

/** When a call began, for the calendar and for measuring, and its id for the logs. */
record CallStart(Instant at, long nanos, String requestId) {
  long micros() {
    return (System.nanoTime() - nanos) / 1_000;
  }
}
