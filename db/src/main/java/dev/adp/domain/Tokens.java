package dev.adp.domain;

/** Token counts of one call in eight buckets that never overlap. */
public record Tokens(
    long input,
    long output,
    long cached,
    long cacheCreation5m,
    long cacheCreation1h,
    long cacheCreationUnknownTtl,
    long reasoning,
    long toolUseInput) {

  public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0, 0, 0);

  public Tokens plus(Tokens other) {
    return new Tokens(
        input + other.input,
        output + other.output,
        cached + other.cached,
        cacheCreation5m + other.cacheCreation5m,
        cacheCreation1h + other.cacheCreation1h,
        cacheCreationUnknownTtl + other.cacheCreationUnknownTtl,
        reasoning + other.reasoning,
        toolUseInput + other.toolUseInput);
  }

  public Tokens minus(Tokens other) {
    return new Tokens(
        input - other.input,
        output - other.output,
        cached - other.cached,
        cacheCreation5m - other.cacheCreation5m,
        cacheCreation1h - other.cacheCreation1h,
        cacheCreationUnknownTtl - other.cacheCreationUnknownTtl,
        reasoning - other.reasoning,
        toolUseInput - other.toolUseInput);
  }

  public long total() {
    return input
        + output
        + cached
        + cacheCreation5m
        + cacheCreation1h
        + cacheCreationUnknownTtl
        + reasoning
        + toolUseInput;
  }

  /** Everything that the upstream read: what price tiers are measured by. */
  public long prompt() {
    return input
        + cached
        + cacheCreation5m
        + cacheCreation1h
        + cacheCreationUnknownTtl
        + toolUseInput;
  }
}
