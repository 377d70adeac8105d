package dev.adp.portal;

import dev.adp.domain.ProviderUsage;
import dev.adp.domain.SpendingStats;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;

/** What was used on one day. */
public record Daily(LocalDate date, SpendingStats stats) {
  /** The days of a week, from the first to today. */
  static List<Daily> of(ProviderUsage week) {
    return IntStream.range(0, week.days().size())
        .mapToObj(day -> new Daily(week.firstDay().plusDays(day), week.days().get(day)))
        .toList();
  }
}
