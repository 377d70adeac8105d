package dev.adp.store;

import static dev.adp.store.UsageSpan.DAY;
import static dev.adp.store.UsageSpan.HOUR;
import static dev.adp.store.UsageSpan.MONTH;
import static dev.adp.store.UsageSpan.QUARTER_HOUR;
import static dev.adp.store.UsageSpan.SIX_HOURS;
import static dev.adp.store.UsageSpan.TEN_DAYS;

import dev.adp.domain.UsageDimension;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The dimensions that usage is summed up by, from few sums to many: the more there are the fewer
 * lengths of time they are kept for, since each call adds to one of each.
 */
enum UsageCube {
  TOTAL(0, Quarters.OWN),
  PROVIDER_TYPE(1, Quarters.OWN),
  AGENT(16, Quarters.OWN),
  PROVIDER(3, Quarters.OWN),
  MODEL(4, Quarters.OWN),
  PROVIDER_MODEL(7, Quarters.OF_ROLL_UPS),
  PROVIDER_AGENT(19, Quarters.OF_ROLL_UPS),
  USER_AGENT(24, Quarters.OF_ROLL_UPS),
  PROVIDER_MODEL_AGENT(23, Quarters.OF_ROLL_UPS),
  /** Each of them. */
  EVERYTHING(31, Quarters.OF_ROLL_UPS);

  /** Where its quarters of an hour are: the roll-ups know all dimensions. */
  enum Quarters {
    OWN,
    OF_ROLL_UPS
  }

  private final int bits;
  private final Quarters quarters;

  UsageCube(int bits, Quarters quarters) {
    this.bits = bits;
    this.quarters = quarters;
  }

  /** As the database numbers it. */
  short number() {
    return (short) bits;
  }

  /** The cube of the fewest sums that knows these dimensions. */
  static UsageCube of(Set<UsageDimension> dimensions) {
    int needed = dimensions.stream().mapToInt(UsageCube::bit).reduce(0, (a, b) -> a | b);
    return Arrays.stream(values())
        .filter(cube -> (needed & ~cube.bits) == 0)
        .findFirst()
        .orElse(EVERYTHING);
  }

  private static int bit(UsageDimension dimension) {
    return switch (dimension) {
      case PROVIDER_TYPE -> 1;
      case PROVIDER -> 2;
      case MODEL -> 4;
      case USER -> 8;
      case AGENT -> 16;
      case TOKEN_TYPE -> 0; // Columns, not rows.
    };
  }

  /** Whether it knows a dimension. */
  boolean has(UsageDimension dimension) {
    return (bits & bit(dimension)) != 0;
  }

  Quarters quarters() {
    return quarters;
  }

  /** The lengths of time that there are sums of, rising. */
  List<UsageSpan> spans() {
    return switch (this) {
      case TOTAL,
          PROVIDER_TYPE,
          AGENT,
          PROVIDER,
          MODEL,
          PROVIDER_MODEL,
          PROVIDER_AGENT,
          USER_AGENT,
          PROVIDER_MODEL_AGENT ->
          List.of(QUARTER_HOUR, HOUR, SIX_HOURS, DAY, TEN_DAYS, MONTH);
      case EVERYTHING -> List.of(QUARTER_HOUR, DAY, TEN_DAYS);
    };
  }
}
