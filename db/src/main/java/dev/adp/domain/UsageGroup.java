package dev.adp.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One group of some usage.
 *
 * @param key tells it from the others, and selects it as a filter; not that of all others
 * @param deleted whether it is a provider that is no more
 * @param others whether it stands for all groups beyond the number that was asked for
 * @param provider what is known of it when it is one
 * @param buckets its sums, one for each bucket of time
 */
public record UsageGroup(
    String key,
    String displayName,
    boolean deleted,
    boolean others,
    Optional<Provider> provider,
    List<SpendingStats> buckets) {

  /**
   * A provider as reports tell of it.
   *
   * @param type as {@link ProviderConfig#type()}
   * @param name that it has or, deleted, had
   */
  public record Provider(String type, String name, Instant createdAt) {}

  public UsageGroup {
    buckets = List.copyOf(buckets);
  }

  public SpendingStats total() {
    return buckets.stream().reduce(SpendingStats.NONE, SpendingStats::plus);
  }
}
