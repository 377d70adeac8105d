package dev.adp.portal;

import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageQuery;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads which costs a request asks for. What cannot be understood is said, and something that can
 * be shown takes its place.
 *
 * @param direct whether the URL is already the one of the view; forms are led on to that
 * @param isZoneGiven whether the URL says whose clocks count; a script else asks for the viewer's
 * @param problems what was wrong
 */
record CostRequest(CostView view, boolean direct, boolean isZoneGiven, List<String> problems) {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final int VALUES_MAX = 50;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9998-01-01T00:00:00Z");

  static CostRequest of(Request request, Instant now) {
    var problems = new ArrayList<String>();
    String asked = request.query("tz");
    Optional<ZoneId> given = zone(asked);
    if (given.isEmpty() && !asked.isEmpty()) {
      problems.add("There is no time zone \"%s\": times are in UTC.".formatted(asked));
    }
    ZoneId zone = given.orElse(UTC);
    CostRange range = range(request, now, zone, problems);
    var view = new CostView(zone, range, dimension(request, problems), filters(request, problems));
    boolean direct =
        Stream.of(CostFilter.values()).allMatch(f -> request.queries(f.adding()).isEmpty())
            && (!range.isCustom() || isWritten(request, range));
    return new CostRequest(view, direct, !asked.isEmpty(), problems);
  }

  private static boolean isWritten(Request request, CostRange range) {
    return request.query("customStart").equals(range.start().toString())
        && request.query("customEnd").equals(range.end().toString());
  }

  private static Optional<ZoneId> zone(String id) {
    try {
      return id.isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(id));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static CostRange range(Request request, Instant now, ZoneId zone, List<String> problems) {
    String slug = request.query("range");
    Optional<CostRange.Named> named = CostRange.Named.of(slug);
    boolean custom = named.isEmpty() && !request.query("customStart").isEmpty();
    if (custom) {
      Optional<CostRange> range = custom(request, zone, problems);
      if (range.isPresent()) {
        return range.get();
      }
    } else if (named.isEmpty() && !slug.isEmpty()) {
      problems.add("There is no range \"%s\".".formatted(slug));
    }
    return CostRange.of(named.orElse(CostRange.Named.DEFAULT), now, zone);
  }

  private static Optional<CostRange> custom(Request request, ZoneId zone, List<String> problems) {
    Optional<Instant> start = time(request.query("customStart"), zone);
    Optional<Instant> end = time(request.query("customEnd"), zone);
    if (start.isEmpty() || end.isEmpty()) {
      problems.add("A custom range needs two times, for example 2026-11-22T00:00:00Z.");
    } else if (!start.get().isBefore(end.get())) {
      problems.add("A custom range must end after it starts.");
    } else if (Duration.between(start.get(), end.get()).toDays() > CostRange.CUSTOM_DAYS_MAX) {
      problems.add(
          "A custom range has at most %d days; the API has longer ones."
              .formatted(CostRange.CUSTOM_DAYS_MAX));
    } else {
      return Optional.of(CostRange.custom(start.get(), end.get()));
    }
    return Optional.empty();
  }

  /** A time with its offset, or as a form sends it: on the clocks of the zone. */
  private static Optional<Instant> time(String text, ZoneId zone) {
    return offset(text.replace(' ', '+')) // What becomes of a plus in a URL.
        .or(() -> local(text, zone))
        .filter(time -> !time.isBefore(EARLIEST) && time.isBefore(LATEST));
  }

  private static Optional<Instant> offset(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> local(String text, ZoneId zone) {
    try {
      return Optional.of(LocalDateTime.parse(text).atZone(zone).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static UsageDimension dimension(Request request, List<String> problems) {
    String name = request.query("group_by");
    Optional<UsageDimension> by = UsageDimension.named(name);
    if (by.isEmpty() && !name.isEmpty()) {
      problems.add(
          "Usage cannot be grouped by \"%s\": only by %s.".formatted(name, UsageDimension.names()));
    }
    return by.orElse(UsageDimension.PROVIDER);
  }

  private static Map<CostFilter, List<String>> filters(Request request, List<String> problems) {
    var filters = new EnumMap<CostFilter, List<String>>(CostFilter.class);
    for (CostFilter filter : CostFilter.values()) {
      List<String> values =
          Stream.concat(
                  request.queries(filter.parameter()).stream(),
                  request.queries(filter.adding()).stream().filter(value -> !value.isBlank()))
              .map(value -> value.replace("\0", "").strip())
              .map(value -> filter == CostFilter.AGENT ? UsageQuery.attribution(value) : value)
              .distinct()
              .limit(VALUES_MAX)
              .filter(value -> isKnown(filter, value, problems))
              .toList();
      if (!values.isEmpty()) {
        filters.put(filter, values);
      }
    }
    return filters;
  }

  private static boolean isKnown(CostFilter filter, String value, List<String> problems) {
    boolean known = !CostFilter.OF_TOKENS.contains(filter) || TokenType.named(value).isPresent();
    if (!known) {
      problems.add(
          "There is no %s \"%s\".".formatted(filter.label().toLowerCase(Locale.ROOT), value));
    }
    return known;
  }
}
