package dev.adp.terraform.grpc;

import java.util.Optional;

/** How long a client waits: up to eight digits and a unit. */
final class Timeout {
  private static final int DIGITS_MAX = 8;

  /** A century and more: clocks of nanoseconds can still be compared then. */
  private static final long NANOS_MAX = Long.MAX_VALUE / 2;

  private Timeout() {}

  /**
   * Reads it.
   *
   * @return nanoseconds, or nothing if it is none
   */
  static Optional<Long> nanos(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > DIGITS_MAX) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return Optional.empty();
      }
      value = value * 10 + (c - '0');
    }
    long unit = unitNanos(text.charAt(digits));
    return unit == 0 ? Optional.empty() : Optional.of(Math.min(value, NANOS_MAX / unit) * unit);
  }

  private static long unitNanos(char unit) {
    return switch (unit) {
      case 'H' -> 3_600_000_000_000L;
      case 'M' -> 60_000_000_000L;
      case 'S' -> 1_000_000_000;
      case 'm' -> 1_000_000;
      case 'u' -> 1_000;
      case 'n' -> 1;
      default -> 0;
    };
  }
}
