package dev.adp.domain;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which usage to sum up; an empty set selects everything.
 *
 * @param start inclusive; quarter hours are the grain
 * @param end exclusive
 * @param providers names of providers that exist, or uids of any
 * @param agents names of agents, with or without {@code agents/}; empty for calls of none
 * @param costTypes what spend is narrowed to
 * @param tokenTypes what tokens are narrowed to
 */
public record UsageQuery(
    Instant start,
    Instant end,
    Set<String> providers,
    Set<String> models,
    Set<String> users,
    Set<String> agents,
    Set<TokenType> costTypes,
    Set<TokenType> tokenTypes) {

  private static final long GRAIN_S = 900;
  private static final String AGENT_PREFIX = "agents/";

  /** Everything in a stretch of time. */
  public static UsageQuery of(Instant start, Instant end) {
    return new UsageQuery(start, end, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
  }

  /** The same in another stretch of time. */
  public UsageQuery during(Instant from, Instant to) {
    return new UsageQuery(from, to, providers, models, users, agents, costTypes, tokenTypes);
  }

  /** Whether tokens or spend are narrowed to some types, which requests cannot be. */
  public boolean splitsTokens() {
    return !costTypes.isEmpty() || !tokenTypes.isEmpty();
  }

  /** What is left of some usage when spend and tokens are narrowed. */
  public SpendingStats narrowed(SpendingStats stats) {
    return new SpendingStats(
        stats.totalRequests(),
        stats.failedRequests(),
        stats.missingUsageRequests(),
        tokenTypes.isEmpty() ? stats.tokens() : TokenType.only(tokenTypes, stats.tokens()),
        costTypes.isEmpty() ? stats.cost() : TokenType.only(costTypes, stats.cost()));
  }

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
    agents = agents.stream().map(UsageQuery::attribution).collect(Collectors.toUnmodifiableSet());
    costTypes = Set.copyOf(costTypes);
    tokenTypes = Set.copyOf(tokenTypes);
  }

  /** An agent as its usage is attributed to it: {@code agents/} and its name; empty for none. */
  public static String attribution(String agent) {
    return agent.isEmpty() || agent.startsWith(AGENT_PREFIX) ? agent : AGENT_PREFIX + agent;
  }
}
