package dev.adp.domain;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Usage of one provider day by day.
 *
 * @param days one entry a day, quiet days included
 * @param models the same for each model that was called
 */
public record ProviderUsage(
    LocalDate firstDay, List<SpendingStats> days, Map<String, List<SpendingStats>> models) {

  public ProviderUsage {
    days = List.copyOf(days);
    models =
        models.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
  }

  public SpendingStats total() {
    return days.stream().reduce(SpendingStats.NONE, SpendingStats::plus);
  }
}
