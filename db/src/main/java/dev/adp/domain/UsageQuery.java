package dev.adp.domain;

import java.time.Instant;
import java.util.Set;

/**
 * Which usage to sum up; an empty set selects everything.
 *
 * @param start inclusive; quarter hours are the grain
 * @param end exclusive
 * @param providers names of providers
 */
public record UsageQuery(
    Instant start,
    Instant end,
    Set<String> providers,
    Set<String> models,
    Set<String> users,
    Set<String> agents) {

  private static final long GRAIN_S = 900;

  /** Times snap outward to whole quarter hours. */
  public UsageQuery {
    new Violations().check(start.isBefore(end), "end", "must be after start").throwIfAny();
    start = Instant.ofEpochSecond(Math.floorDiv(start.getEpochSecond(), GRAIN_S) * GRAIN_S);
    end =
        Instant.ofEpochSecond(
            Math.ceilDiv(end.minusNanos(1).getEpochSecond() + 1, GRAIN_S) * GRAIN_S);
    providers = Set.copyOf(providers);
    models = Set.copyOf(models);
    users = Set.copyOf(users);
    agents = Set.copyOf(agents);
  }
}
