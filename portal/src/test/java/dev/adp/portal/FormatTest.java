package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  private static final Instant NOW = Instant.parse("2026-11-22T19:28:00Z");
  private final Format format = new Format(Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | $0.00 | $0.00",
        "1 | <$0.01 | $0.00000001",
        "999999 | <$0.01 | $0.00999999",
        "1000000 | $0.01 | $0.01",
        "306408000000 | $3,064.08 | $3,064.08",
        "306408500000 | $3,064.08 | $3,064.085",
        "306409500000 | $3,064.10 | $3,064.095",
      })
  void moneyRoundsToCentsAndKeepsEveryDigitInReach(long microcents, String usd, String exact) {
    assertThat(format.usd(microcents)).isEqualTo(usd);
    assertThat(format.usdExact(microcents)).isEqualTo(exact);
  }

  @Test
  void aRateOfZeroIsFree() {
    assertThat(format.rate(0)).isEqualTo("Free");
    assertThat(format.rate(2_500_000)).isEqualTo("$0.025");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999, 999",
    "1000, 1K",
    "12345, 12.3K",
    "999499, 999K",
    "999999, 1M",
    "1340000000, 1.34B",
    "5000000000000000, 5000T"
  })
  void tokensAreCompact(long tokens, String text) {
    assertThat(format.tokens(tokens)).isEqualTo(text);
  }

  @Test
  void countsAgreeWithTheirNoun() {
    assertThat(format.count(1, "provider")).isEqualTo("1 provider");
    assertThat(format.count(125_538, "request")).isEqualTo("125,538 requests");
  }

  @Test
  void sharesOfNothingAreNothing() {
    assertThat(format.share(61, 100)).isEqualTo("61.0%");
    assertThat(format.share(0, 0)).isEqualTo("0.0%");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T19:27:30Z, just now",
    "2026-11-22T18:50:00Z, 38 min ago",
    "2026-11-22T18:28:00Z, 1 hour ago",
    "2026-11-22T16:00:00Z, 3 hours ago",
    "2026-11-21T10:00:00Z, yesterday",
    "2026-11-18T10:00:00Z, 4 days ago",
    "2026-10-19T10:00:00Z, last month",
    "2026-06-19T10:00:00Z, 5 months ago",
    "2025-06-19T10:00:00Z, last year",
    "2023-06-19T10:00:00Z, 3 years ago",
    "2026-11-22T19:29:00Z, just now"
  })
  void timesReadAsPeopleSayThem(Instant then, String text) {
    assertThat(format.ago(then)).isEqualTo(text);
  }

  @Test
  void exactTimesNameTheirZone() {
    assertThat(format.exact(NOW)).isEqualTo("22 Nov 2026, 19:28 UTC");
  }

  @Test
  void rangesSayNothingTwice() {
    LocalDate last = LocalDate.parse("2027-01-02");
    assertThat(format.days(LocalDate.parse("2026-11-16"), LocalDate.parse("2026-11-22")))
        .isEqualTo("16 – 22 Nov 2026, UTC");
    assertThat(format.days(LocalDate.parse("2026-11-28"), LocalDate.parse("2026-12-04")))
        .isEqualTo("28 Nov – 4 Dec 2026, UTC");
    assertThat(format.days(last.minusDays(6), last)).isEqualTo("27 Dec 2026 – 2 Jan 2027, UTC");
  }
}
