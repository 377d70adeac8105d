package dev.adp.portal;

import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import java.util.List;
import java.util.Locale;

/** What usage is narrowed by: a parameter of the URL that may have several values. */
public enum CostFilter {
  PROVIDER("Provider", UsageDimension.PROVIDER, "A deleted provider"),
  MODEL("Model", UsageDimension.MODEL, "No model named"),
  COST_TYPE("Cost type", UsageDimension.TOKEN_TYPE, ""),
  TOKEN_TYPE("Token type", UsageDimension.TOKEN_TYPE, ""),
  USER("User", UsageDimension.USER, "No user"),
  AGENT("Agent", UsageDimension.AGENT, "No agent");

  /** Those that know no values but these: {@link TokenType}. */
  static final List<CostFilter> OF_TOKENS = List.of(COST_TYPE, TOKEN_TYPE);

  /** Those whose values are names. */
  static final List<CostFilter> OF_NAMES = List.of(PROVIDER, MODEL, USER, AGENT);

  private final String label;
  private final UsageDimension dimension;
  private final String nameless;

  CostFilter(String label, UsageDimension dimension, String nameless) {
    this.label = label;
    this.dimension = dimension;
    this.nameless = nameless;
  }

  public String label() {
    return label;
  }

  /** In the URL of the page, and as the API calls it. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Of the field that adds a value to those in force. */
  public String adding() {
    return "add_" + parameter();
  }

  UsageDimension dimension() {
    return dimension;
  }

  /** How a value reads. */
  String text(String value) {
    if (OF_TOKENS.contains(this)) {
      return tokenType(value);
    }
    return value.isEmpty() ? nameless : value;
  }

  /** A type of tokens in the words of the product. */
  static String tokenType(String wireName) {
    return TokenType.named(wireName)
        .map(
            type ->
                switch (type) {
                  case INPUT -> "Input";
                  case OUTPUT -> "Output";
                  case CACHED -> "Cached";
                  case CACHE_WRITE -> "Cache writes";
                  case REASONING -> "Reasoning";
                })
        .orElse(wireName);
  }
}
