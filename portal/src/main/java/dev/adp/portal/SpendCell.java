package dev.adp.portal;

import java.util.Collections;
import java.util.List;

/** Seven days of spend in a table cell. */
public record SpendCell(long microcents, long unpricedTokens, Sparkline spark) {
  static final SpendCell QUIET = of(Collections.nCopies(7, 0L), 0);

  static SpendCell of(List<Long> microcentsByDay, long unpricedTokens) {
    return new SpendCell(
        microcentsByDay.stream().mapToLong(Long::longValue).sum(),
        unpricedTokens,
        Sparkline.cell(microcentsByDay));
  }

  /** There was usage and none of it has a price: zero would be a lie. */
  public boolean unpriced() {
    return microcents == 0 && unpricedTokens > 0;
  }

  public boolean partlyUnpriced() {
    return microcents > 0 && unpricedTokens > 0;
  }
}
