package dev.adp.portal;

import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One group as charts and tables show it.
 *
 * @param value selects it as a filter
 * @param note of which type a provider is, with its id where others are called alike; or empty
 * @param kind names its colour
 * @param hatch which pattern tells it from others of its colour; 0 is none
 * @param href what there is to see of it alone, or empty
 */
public record CostSeries(
    String value,
    String name,
    String note,
    String kind,
    int hatch,
    boolean deleted,
    String href,
    List<SpendingStats> buckets,
    SpendingStats total) {
  private static final String OTHER = "other";
  private static final int HATCHES = 8;
  private static final List<String> KINDS = TypeCard.ALL.stream().map(TypeCard::mark).toList();

  /**
   * The groups of a view: those of providers have the colour of their type, the oldest no hatch.
   */
  static List<CostSeries> of(UsageGroups groups, CostView view) {
    Map<String, Integer> hatches = hatches(groups.groups());
    var series = new ArrayList<CostSeries>();
    for (UsageGroup group : groups.groups()) {
      int place = series.size();
      String kind = kind(group, view.by(), place);
      int hatch =
          group.others() || view.by() == UsageDimension.PROVIDER_TYPE
              ? 0
              : hatches.getOrDefault(group.key(), place / KINDS.size());
      series.add(
          new CostSeries(
              value(group),
              name(group, view.by()),
              note(group, groups.groups()),
              kind,
              hatch % HATCHES,
              group.deleted(),
              href(group, view),
              group.buckets(),
              group.total()));
    }
    return List.copyOf(series);
  }

  /** What tells a provider from others; its id only where others are called alike. */
  private static String note(UsageGroup group, List<UsageGroup> groups) {
    String type = group.provider().map(of -> typeLabel(of.type())).orElse("");
    long alike =
        groups.stream().filter(one -> one.displayName().equals(group.displayName())).count();
    return type.isEmpty() || alike == 1 ? type : type + " · " + value(group);
  }

  /** Of the providers of each type the oldest is plain. */
  private static Map<String, Integer> hatches(List<UsageGroup> groups) {
    var places = new HashMap<String, Integer>();
    var counts = new HashMap<String, Integer>();
    groups.stream()
        .filter(group -> group.provider().isPresent())
        .sorted(
            Comparator.comparing((UsageGroup group) -> group.provider().orElseThrow().createdAt())
                .thenComparing(UsageGroup::key))
        .forEach(
            group ->
                places.put(
                    group.key(),
                    counts.merge(group.provider().orElseThrow().type(), 1, Integer::sum) - 1));
    return places;
  }

  private static String kind(UsageGroup group, UsageDimension by, int place) {
    if (group.others()) {
      return OTHER;
    }
    return switch (by) {
      case PROVIDER -> group.provider().map(of -> mark(of.type())).orElse(OTHER);
      case PROVIDER_TYPE -> mark(group.key());
      case MODEL, TOKEN_TYPE, USER, AGENT -> KINDS.get(place % KINDS.size());
    };
  }

  private static String mark(String type) {
    return TypeCard.ALL.stream()
        .filter(card -> card.type().equals(type))
        .findFirst()
        .map(TypeCard::mark)
        .orElse(OTHER);
  }

  private static String typeLabel(String type) {
    return ProviderConfig.typeName(type);
  }

  /** A provider by its name while nobody else can have it, for a link that people can read. */
  static String value(UsageGroup group) {
    return group.deleted()
        ? group.key()
        : group.provider().map(UsageGroup.Provider::name).orElse(group.key());
  }

  static String name(UsageGroup group, UsageDimension by) {
    if (group.others()) {
      return group.displayName();
    }
    return switch (by) {
      case PROVIDER -> group.displayName();
      case PROVIDER_TYPE -> typeLabel(group.key());
      case MODEL -> CostFilter.MODEL.text(group.key());
      case USER -> CostFilter.USER.text(group.key());
      case AGENT -> CostFilter.AGENT.text(group.key());
      case TOKEN_TYPE -> CostFilter.tokenType(group.key());
    };
  }

  /** A provider that exists has a page of its own; of other groups, the same page narrowed. */
  private static String href(UsageGroup group, CostView view) {
    if (group.others()) {
      return "";
    }
    return switch (view.by()) {
      case PROVIDER ->
          group.deleted()
              ? view.with(CostFilter.PROVIDER, group.key()).url()
              : "/providers/" + value(group);
      case MODEL -> view.with(CostFilter.MODEL, group.key()).url();
      case USER -> view.with(CostFilter.USER, group.key()).url();
      case AGENT -> view.with(CostFilter.AGENT, group.key()).url();
      case TOKEN_TYPE, PROVIDER_TYPE -> "";
    };
  }

  /** There was usage and none of it has a price: zero would be a lie. */
  public boolean isUnpriced() {
    return total.cost().total() == 0
        && total.cost().unpricedTokens() > 0
        && total.tokens().total() > 0;
  }
}
