package dev.adp.domain;

import java.util.List;

/**
 * Usage in groups, by falling spend; all others, if there are too many, come last as one.
 *
 * @param total of all groups, one for each bucket of time
 */
public record UsageGroups(List<UsageGroup> groups, List<SpendingStats> total) {

  public UsageGroups {
    groups = List.copyOf(groups);
    total = List.copyOf(total);
  }

  public SpendingStats sum() {
    return total.stream().reduce(SpendingStats.NONE, SpendingStats::plus);
  }
}
