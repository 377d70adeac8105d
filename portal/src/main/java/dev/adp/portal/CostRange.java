package dev.adp.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Arrays;
import java.util.Optional;

/**
 * The stretch of time that costs are shown for, and the one that they are compared with.
 *
 * @param slug in the URL; that of a custom range is its two times instead
 * @param end exclusive; a range that goes on today ends with the day
 * @param previousEnd as far into the stretch before as the present is into this one
 */
public record CostRange(
    String slug,
    String label,
    Instant start,
    Instant end,
    Instant previousStart,
    Instant previousEnd) {
  static final String CUSTOM = "custom";

  /** Longer ones make a page that nobody can read; the API has them. */
  static final int CUSTOM_DAYS_MAX = 400;

  /** The ranges that have a name. */
  public enum Named {
    DAY("24h", "Last 24 hours", 0),
    WEEK("7d", "Last 7 days", 7),
    TWO_WEEKS("14d", "Last 14 days", 14),
    THIRTY_DAYS("30d", "Last 30 days", 30),
    NINETY_DAYS("90d", "Last 90 days", 90),
    MONTH("month", "Month to date", 0),
    QUARTER("quarter", "Quarter to date", 0),
    YEAR("year", "Year to date", 0);

    static final Named DEFAULT = THIRTY_DAYS;

    private final String slug;
    private final String label;
    private final int days;

    Named(String slug, String label, int days) {
      this.slug = slug;
      this.label = label;
      this.days = days;
    }

    static Optional<Named> of(String slug) {
      return Arrays.stream(values()).filter(range -> range.slug.equals(slug)).findFirst();
    }

    public String slug() {
      return slug;
    }

    public String label() {
      return label;
    }
  }

  /** A range as it is at some moment. */
  static CostRange of(Named named, Instant now, ZoneId zone) {
    ZonedDateTime local = now.atZone(zone);
    LocalDate today = local.toLocalDate();
    return switch (named) {
      case DAY -> lastHours(named, now, local);
      case WEEK, TWO_WEEKS, THIRTY_DAYS, NINETY_DAYS -> {
        LocalDate first = today.minusDays(named.days - 1L);
        yield toDate(named, local, first, first.minusDays(named.days), local.minusDays(named.days));
      }
      case MONTH -> {
        LocalDate first = today.withDayOfMonth(1);
        yield toDate(named, local, first, first.minusMonths(1), local.minusMonths(1));
      }
      case QUARTER -> {
        LocalDate first = today.with(IsoFields.DAY_OF_QUARTER, 1);
        yield toDate(named, local, first, first.minusMonths(3), local.minusMonths(3));
      }
      case YEAR -> {
        LocalDate first = today.withDayOfYear(1);
        yield toDate(named, local, first, first.minusYears(1), local.minusYears(1));
      }
    };
  }

  private static CostRange lastHours(Named named, Instant now, ZonedDateTime local) {
    Instant end = local.truncatedTo(ChronoUnit.HOURS).plusHours(1).toInstant();
    Duration day = Duration.ofDays(1);
    return of(
        named.slug, named.label, end.minus(day), end, end.minus(day).minus(day), now.minus(day));
  }

  private static CostRange toDate(
      Named named,
      ZonedDateTime now,
      LocalDate first,
      LocalDate previousFirst,
      ZonedDateTime previousEnd) {
    ZoneId zone = now.getZone();
    return of(
        named.slug,
        named.label,
        first.atStartOfDay(zone).toInstant(),
        now.toLocalDate().plusDays(1).atStartOfDay(zone).toInstant(),
        previousFirst.atStartOfDay(zone).toInstant(),
        previousEnd.toInstant());
  }

  /** From one time to another. */
  static CostRange custom(Instant start, Instant end) {
    return of(CUSTOM, "Custom range", start, end, start.minus(Duration.between(start, end)), start);
  }

  /** At the very start of a stretch nothing of the one before can be compared but its start. */
  private static CostRange of(
      String slug,
      String label,
      Instant start,
      Instant end,
      Instant previousStart,
      Instant previousEnd) {
    Instant atLeast = previousStart.plusSeconds(1);
    return new CostRange(
        slug,
        label,
        start,
        end,
        previousStart,
        previousEnd.isBefore(atLeast) ? atLeast : previousEnd);
  }

  boolean isCustom() {
    return slug.equals(CUSTOM);
  }

  /** "24 Oct – 22 Nov 2026", or with times where it does not begin and end with days. */
  static String text(Instant start, Instant end, ZoneId zone, Format format) {
    boolean wholeDays = isMidnight(start, zone) && isMidnight(end, zone);
    return wholeDays
        ? format.dates(
            LocalDate.ofInstant(start, zone), LocalDate.ofInstant(end, zone).minusDays(1))
        : format.minute(start, zone) + " – " + format.minute(end, zone);
  }

  private static boolean isMidnight(Instant time, ZoneId zone) {
    ZonedDateTime local = time.atZone(zone);
    return local.toLocalTime().equals(LocalTime.MIDNIGHT)
        || local.equals(local.toLocalDate().atStartOfDay(zone));
  }
}
