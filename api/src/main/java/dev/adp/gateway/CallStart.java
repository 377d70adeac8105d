package dev.adp.gateway;

import java.time.Instant;

/** When a call began, for the calendar and for measuring. */
record CallStart(Instant at, long nanos) {
  long micros() {
    return (System.nanoTime() - nanos) / 1_000;
  }
}
