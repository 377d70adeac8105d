package dev.adp.portal;

import dev.adp.domain.ServiceAccount;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How numbers, money and times read on a page. Templates know it as {@code f}. */
public final class Format {
  private static final long MICROCENTS_PER_CENT = 1_000_000;
  private static final int USD_SCALE = 8;
  private static final ZoneId ZONE = ZoneOffset.UTC;
  private static final DateTimeFormatter EXACT =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.US).withZone(ZONE);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.US).withZone(ZONE);
  private static final DateTimeFormatter ISO = DateTimeFormatter.ISO_INSTANT;
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d", Locale.US);
  private static final DateTimeFormatter WEEKDAY =
      DateTimeFormatter.ofPattern("EEE d MMM", Locale.US);
  private static final DateTimeFormatter DAY_MONTH =
      DateTimeFormatter.ofPattern("d MMM", Locale.US);
  private static final DateTimeFormatter DAY_MONTH_YEAR =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.US);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.US);
  private static final String[] MAGNITUDES = {"", "K", "M", "B", "T"};

  private final Clock clock;

  Format(Clock clock) {
    this.clock = clock;
  }

  /** Two decimals; what is more than nothing never reads as nothing. */
  public String usd(long microcents) {
    if (microcents > 0 && microcents < MICROCENTS_PER_CENT) {
      return "<$0.01";
    }
    return "$" + decimal("#,##0.00", dollars(microcents).setScale(2, RoundingMode.HALF_EVEN));
  }

  /** Whether {@link #usd} leaves out digits that were recorded. */
  public boolean isRounded(long microcents) {
    return microcents % MICROCENTS_PER_CENT != 0;
  }

  /** Every digit that was recorded, at least two. */
  public String usdExact(long microcents) {
    return "$" + decimal("#,##0.00######", dollars(microcents));
  }

  /** A price per million tokens: zero is a decision of its own. */
  public String rate(long microcents) {
    return microcents == 0 ? "Free" : usdExact(microcents);
  }

  public String count(long n) {
    return decimal("#,##0", BigDecimal.valueOf(n));
  }

  /** A count with its noun: "1 provider", "1,204 providers". */
  public String count(long n, String singular) {
    return count(n) + " " + singular + (n == 1 ? "" : "s");
  }

  /** Three significant digits and a magnitude: {@code 1.34B}. */
  public String tokens(long n) {
    var scaled = BigDecimal.valueOf(n);
    int magnitude = 0;
    while (rounded(scaled).compareTo(BigDecimal.valueOf(1000)) >= 0
        && magnitude < MAGNITUDES.length - 1) {
      scaled = scaled.movePointLeft(3);
      magnitude++;
    }
    return magnitude == 0 ? count(n) : decimal("0.##", rounded(scaled)) + MAGNITUDES[magnitude];
  }

  /** A part of a whole in percent; nothing of nothing is nothing. */
  public String share(long part, long whole) {
    if (whole == 0) {
      return "0.0%";
    }
    var percent = BigDecimal.valueOf(part).movePointRight(2);
    return percent.divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_EVEN) + "%";
  }

  /** How long ago, in the words of a person. */
  public String ago(Instant then) {
    Duration age = Duration.between(then, clock.instant());
    if (age.toMinutes() < 1) {
      return "just now";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() + " min ago";
    }
    if (age.toHours() < 24) {
      return age.toHours() == 1 ? "1 hour ago" : age.toHours() + " hours ago";
    }
    return daysAgo(LocalDate.ofInstant(then, ZONE), LocalDate.ofInstant(clock.instant(), ZONE));
  }

  private static String daysAgo(LocalDate then, LocalDate today) {
    long days = ChronoUnit.DAYS.between(then, today);
    if (days <= 1) {
      return "yesterday";
    }
    if (days < 30) {
      return days + " days ago";
    }
    long months = Math.max(1, ChronoUnit.MONTHS.between(then, today));
    if (months < 12) {
      return months == 1 ? "last month" : months + " months ago";
    }
    return months < 24 ? "last year" : months / 12 + " years ago";
  }

  /** How long something took: "840 ms", "3.1 s", "1m 48s", "2h 05m". */
  public String took(Duration time) {
    if (time.toMillis() < 1_000) {
      return time.toMillis() + " ms";
    }
    if (time.toSeconds() < 10) {
      return decimal("0.0", BigDecimal.valueOf(time.toMillis(), 3)) + " s";
    }
    if (time.toMinutes() < 1) {
      return time.toSeconds() + "s";
    }
    return time.toHours() < 1
        ? "%dm %02ds".formatted(time.toMinutes(), time.toSecondsPart())
        : "%s %02dm".formatted(count(time.toHours()) + "h", time.toMinutesPart());
  }

  /** The same, of microseconds. */
  public String tookMicros(long micros) {
    return took(Duration.ofNanos(micros * 1_000));
  }

  /** A time of the day to the second; pages that show it name the day. */
  public String clock(Instant instant) {
    return CLOCK.format(instant);
  }

  /** Whether this moment is over. */
  public boolean isPast(Instant instant) {
    return instant.isBefore(clock.instant());
  }

  /** When a token was last got for this account; null for never. */
  public @Nullable Instant latest(ServiceAccount account) {
    return account.credentials().stream()
        .flatMap(credential -> credential.lastUsedAt().stream())
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** To the minute, with its zone. */
  public String exact(Instant instant) {
    return EXACT.format(instant);
  }

  /** For the {@code datetime} attribute. */
  public String iso(Instant instant) {
    return ISO.format(instant.truncatedTo(ChronoUnit.SECONDS));
  }

  /** "16 – 22 Nov 2026, UTC": the days from the first to the last, both included. */
  public String days(LocalDate first, LocalDate last) {
    return dates(first, last) + ", UTC";
  }

  /** "16 – 22 Nov 2026", or one day. */
  public String dates(LocalDate first, LocalDate last) {
    DateTimeFormatter start =
        first.getYear() != last.getYear()
            ? DAY_MONTH_YEAR
            : first.getMonth() == last.getMonth() ? DAY : DAY_MONTH;
    return first.equals(last)
        ? DAY_MONTH_YEAR.format(last)
        : "%s – %s".formatted(start.format(first), DAY_MONTH_YEAR.format(last));
  }

  /** "22 Nov 2026, 14:05" on the clocks of a zone. */
  public String minute(Instant time, ZoneId zone) {
    return MINUTE.format(time.atZone(zone));
  }

  /** By how much something differs from what it was, which is not nothing: "+12.3%". */
  public String change(long now, long before) {
    var percent =
        BigDecimal.valueOf(now)
            .subtract(BigDecimal.valueOf(before))
            .movePointRight(2)
            .divide(BigDecimal.valueOf(before), 1, RoundingMode.HALF_EVEN);
    return (percent.signum() < 0 ? "−" : "+") + decimal("#,##0.0", percent.abs()) + "%";
  }

  /** What a thousand requests have cost at this price. */
  public String perThousand(long microcents, long requests) {
    return requests == 0
        ? "–"
        : usd(
            BigDecimal.valueOf(microcents)
                .movePointRight(3)
                .divide(BigDecimal.valueOf(requests), 0, RoundingMode.HALF_EVEN)
                .longValue());
  }

  /** Two significant digits, since more are not known: "320 ms", "1.8 s". */
  public String duration(long micros) {
    BigDecimal millis = BigDecimal.valueOf(micros, 3).round(new MathContext(2));
    return millis.compareTo(BigDecimal.valueOf(1000)) < 0
        ? millis.toPlainString() + " ms"
        : decimal("#,##0.#", millis.movePointLeft(3)) + " s";
  }

  /** "Mon 16 Nov". */
  public String day(LocalDate date) {
    return WEEKDAY.format(date);
  }

  private static BigDecimal dollars(long microcents) {
    return BigDecimal.valueOf(microcents, USD_SCALE);
  }

  private static BigDecimal rounded(BigDecimal n) {
    int digitsBeforePoint = n.precision() - n.scale();
    return n.setScale(Math.max(0, 3 - digitsBeforePoint), RoundingMode.HALF_EVEN);
  }

  private static String decimal(String pattern, BigDecimal n) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.US)).format(n);
  }
}
