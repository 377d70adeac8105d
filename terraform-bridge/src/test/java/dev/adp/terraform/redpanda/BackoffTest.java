package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private final Backoff backoff =
      new Backoff(InstantSource.fixed(Instant.parse("2026-11-29T10:00:00Z")), new Random(1));

  @ParameterizedTest
  @CsvSource({"1, 100, 200", "2, 400, 800", "3, 1600, 3200", "4, 5000, 10000", "5, 5000, 10000"})
  void pausesGrowAndEnd(int attempt, long from, long to) {
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.pause(attempt, Optional.empty()))
          .isBetween(Duration.ofMillis(from), Duration.ofMillis(to));
    }
  }

  /** Ten requests that were refused together must not come back together. */
  @Test
  void noTwoAreTheSame() {
    var pauses = new HashSet<Duration>();
    for (int i = 0; i < 10; i++) {
      pauses.add(backoff.pause(4, Optional.empty()));
      pauses.add(backoff.pause(1, Optional.of("20")));
    }
    assertThat(pauses).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0 | 0",
        "4 | 4000 | 5000",
        "3600 | 30000 | 30000",
        "Sun, 29 Nov 2026 10:00:08 GMT | 8000 | 10000",
        "Sun, 29 Nov 2026 09:00:00 GMT | 0 | 0",
        "Mon, 30 Nov 2026 10:00:00 GMT | 30000 | 30000",
        "soon | 100 | 200"
      })
  void asLongAsTheServerAsksWithinReason(String retryAfter, long from, long to) {
    assertThat(backoff.pause(1, Optional.of(retryAfter)))
        .isBetween(Duration.ofMillis(from), Duration.ofMillis(to));
  }
}
