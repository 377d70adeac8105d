package dev.adp.domain;

import java.util.List;

/**
 * A row of the providers page.
 *
 * @param spendMicrocentsByDay cost of each of the last seven days, today last
 * @param unpricedTokens tokens of these days without a known rate
 */
public record ProviderOverview(
    LlmProvider provider, List<Long> spendMicrocentsByDay, long unpricedTokens) {

  public ProviderOverview {
    spendMicrocentsByDay = List.copyOf(spendMicrocentsByDay);
  }

  public long spendMicrocents() {
    return spendMicrocentsByDay.stream().mapToLong(Long::longValue).sum();
  }
}
