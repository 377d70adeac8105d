package dev.adp.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kinds of tokens as people tell them apart; each bucket of {@link Tokens} belongs to one. */
public enum TokenType {
  /** Tool-use input is input. */
  INPUT,
  OUTPUT,
  CACHED,
  /** Of every time to live, known or not. */
  CACHE_WRITE,
  REASONING;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<TokenType> named(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName().equals(wireName)).findFirst();
  }

  /** The tokens of these types; no others. */
  public static Tokens only(Set<TokenType> types, Tokens tokens) {
    return new Tokens(
        kept(types, INPUT, tokens.input()),
        kept(types, OUTPUT, tokens.output()),
        kept(types, CACHED, tokens.cached()),
        kept(types, CACHE_WRITE, tokens.cacheCreation5m()),
        kept(types, CACHE_WRITE, tokens.cacheCreation1h()),
        kept(types, CACHE_WRITE, tokens.cacheCreationUnknownTtl()),
        kept(types, REASONING, tokens.reasoning()),
        kept(types, INPUT, tokens.toolUseInput()));
  }

  /** The cost of these types; no others. Which of them the unpriced tokens are is not known. */
  public static Cost only(Set<TokenType> types, Cost cost) {
    return new Cost(
        kept(types, INPUT, cost.input()),
        kept(types, OUTPUT, cost.output()),
        kept(types, CACHED, cost.cached()),
        kept(types, CACHE_WRITE, cost.cacheCreation5m()),
        kept(types, CACHE_WRITE, cost.cacheCreation1h()),
        kept(types, CACHE_WRITE, cost.cacheCreationUnknownTtl()),
        kept(types, REASONING, cost.reasoning()),
        kept(types, INPUT, cost.toolUseInput()),
        cost.unpricedTokens());
  }

  private static long kept(Set<TokenType> types, TokenType type, long value) {
    return types.contains(type) ? value : 0;
  }
}
