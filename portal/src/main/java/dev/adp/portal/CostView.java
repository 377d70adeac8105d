package dev.adp.portal;

import static dev.adp.portal.CostFilter.AGENT;
import static dev.adp.portal.CostFilter.COST_TYPE;
import static dev.adp.portal.CostFilter.MODEL;
import static dev.adp.portal.CostFilter.PROVIDER;
import static dev.adp.portal.CostFilter.TOKEN_TYPE;
import static dev.adp.portal.CostFilter.USER;

import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageQuery;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of the costs is shown. All of it is in the URL, so that a link shows what I see.
 *
 * @param zone whose clocks cut the time
 * @param filters the values of each filter; those that are not in force are missing
 */
public record CostView(
    ZoneId zone, CostRange range, UsageDimension by, Map<CostFilter, List<String>> filters) {
  static final String PATH = "/cost";
  static final String CSV = "/cost.csv";

  public CostView {
    filters = Map.copyOf(filters);
  }

  /** The address of this view. */
  public String url() {
    return PATH + parameters();
  }

  /** The same as a table for spreadsheets. */
  public String csv() {
    return CSV + parameters();
  }

  /** How long calls of models took, as a table for spreadsheets. */
  public String latencyCsv() {
    return csv() + "&table=latency";
  }

  private String parameters() {
    var parameters = new ArrayList<String>();
    if (range.isCustom()) {
      parameters.add("customStart=" + Cursor.encoded(range.start().toString()));
      parameters.add("customEnd=" + Cursor.encoded(range.end().toString()));
    } else {
      parameters.add("range=" + range.slug());
    }
    if (by != UsageDimension.PROVIDER) {
      parameters.add("group_by=" + by.wireName());
    }
    for (CostFilter filter : CostFilter.values()) {
      values(filter)
          .forEach(value -> parameters.add(filter.parameter() + "=" + Cursor.encoded(value)));
    }
    parameters.add("tz=" + Cursor.encoded(zone.getId()));
    return "?" + String.join("&", parameters);
  }

  public String zoneId() {
    return zone.getId();
  }

  public List<String> values(CostFilter filter) {
    return filters.getOrDefault(filter, List.of());
  }

  /** Another range of it. */
  String during(CostRange.Named named) {
    return new CostView(
            zone,
            new CostRange(
                named.slug(),
                named.label(),
                range.start(),
                range.end(),
                range.previousStart(),
                range.previousEnd()),
            by,
            filters)
        .url();
  }

  /** The same cut by something else. */
  String groupedBy(UsageDimension dimension) {
    return new CostView(zone, range, dimension, filters).url();
  }

  CostView with(CostFilter filter, String value) {
    return replaced(
        filter, Stream.concat(values(filter).stream(), Stream.of(value)).distinct().toList());
  }

  CostView without(CostFilter filter, String value) {
    return replaced(filter, values(filter).stream().filter(kept -> !kept.equals(value)).toList());
  }

  CostView without(CostFilter filter) {
    return replaced(filter, List.of());
  }

  /** The same without any filter. */
  public String cleared() {
    return new CostView(zone, range, by, Map.of()).url();
  }

  private CostView replaced(CostFilter filter, List<String> values) {
    var changed = new EnumMap<CostFilter, List<String>>(CostFilter.class);
    changed.putAll(filters);
    changed.put(filter, values);
    changed.values().removeIf(List::isEmpty);
    return new CostView(zone, range, by, changed);
  }

  /** What to ask the store for. */
  UsageQuery query() {
    return new UsageQuery(
        range.start(),
        range.end(),
        set(PROVIDER),
        set(MODEL),
        set(USER),
        set(AGENT),
        types(COST_TYPE),
        types(TOKEN_TYPE));
  }

  /** The same of the time before. */
  UsageQuery previous() {
    return query().during(range.previousStart(), range.previousEnd());
  }

  /** Whether the range was given in parts of quarters of an hour, which usage is not kept in. */
  public boolean isSnapped() {
    return range.isCustom()
        && !(query().start().equals(range.start()) && query().end().equals(range.end()));
  }

  private Set<String> set(CostFilter filter) {
    return Set.copyOf(values(filter));
  }

  private Set<TokenType> types(CostFilter filter) {
    return values(filter).stream()
        .map(TokenType::named)
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** For the field of a form: on the clocks of the zone, to the minute. */
  public String local(Instant time) {
    return time.atZone(zone).toLocalDateTime().withSecond(0).withNano(0).toString();
  }
}
