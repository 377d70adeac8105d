package dev.adp.terraform.redpanda;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a request is sent once more: longer each time, as long as the server
 * asks, and never the same for all who wait.
 */
final class Backoff {
  private static final long FIRST_PAUSE_MS = 200;
  private static final long PAUSE_MS_MAX = 10_000;
  private static final long ASKED_MS_MAX = 30_000;

  private final InstantSource clock;
  private final RandomGenerator random;

  Backoff(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * The pause after an attempt.
   *
   * @param attempt 1 for the first
   * @param retryAfter what the server said of it, in seconds or as a date
   */
  Duration pause(int attempt, Optional<String> retryAfter) {
    long growing = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS << (2 * (attempt - 1)));
    long millis =
        retryAfter
            .flatMap(this::asked)
            .map(asked -> asked + random.nextLong(asked / 4 + 1)) // Never before it is welcome.
            .orElseGet(() -> growing / 2 + random.nextLong(growing / 2 + 1));
    return Duration.ofMillis(Math.min(ASKED_MS_MAX, millis));
  }

  private Optional<Long> asked(String retryAfter) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Optional.of(
          Math.min(ASKED_MS_MAX, Duration.ofSeconds(Long.parseLong(retryAfter)).toMillis()));
    }
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(retryAfter));
      return Optional.of(
          Math.clamp(Duration.between(clock.instant(), until).toMillis(), 0, ASKED_MS_MAX));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
