package dev.adp.gateway;

import java.time.Duration;
import java.time.Instant;

/**
 * Keys and how long they are good for.
 *
 * @param renewFrom when new ones shall be got
 * @param until when AWS takes them no more
 */
record AwsLoan(AwsKeys keys, Instant renewFrom, Instant until) {
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /** A call must arrive before the end, and clocks differ. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** Keys that AWS has lent until then; they are renewed five minutes ahead. */
  static AwsLoan until(AwsKeys keys, Instant now, Instant until) {
    Duration half = Duration.between(now, until).dividedBy(2);
    return new AwsLoan(keys, until.minus(half.compareTo(AHEAD) < 0 ? half : AHEAD), until);
  }

  boolean isDue(Instant now) {
    return !now.isBefore(renewFrom);
  }

  boolean isUsable(Instant now) {
    return until.equals(Instant.MAX) || now.isBefore(until.minus(MARGIN));
  }
}
