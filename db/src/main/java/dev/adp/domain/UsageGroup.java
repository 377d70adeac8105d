package dev.adp.domain;

import java.util.List;

/**
 * One group of some usage.
 *
 * @param key tells it from the others, and selects it as a filter; not that of all others
 * @param deleted whether it is a provider that is no more
 * @param others whether it stands for all groups beyond the number that was asked for
 * @param buckets its sums, one for each bucket of time
 */
public record UsageGroup(
    String key, String displayName, boolean deleted, boolean others, List<SpendingStats> buckets) {

  public UsageGroup {
    buckets = List.copyOf(buckets);
  }

  public SpendingStats total() {
    return buckets.stream().reduce(SpendingStats.NONE, SpendingStats::plus);
  }
}
