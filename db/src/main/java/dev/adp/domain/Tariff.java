package dev.adp.domain;

import java.math.BigDecimal;

/**
 * What a call is priced by. Calls of equal tariffs may be priced together.
 *
 * @param own the provider's own rates, which are final
 * @param catalog the catalogue's rates for a prompt of that size; none when it has no price for
 *     this model, time or service tier
 * @param factor by what the catalogue's rates are multiplied: geography and service tier
 * @param abovePromptTokens threshold of the price tier; 0 is that of short prompts
 */
public record Tariff(Rates own, Rates catalog, BigDecimal factor, long abovePromptTokens) {
  public Cost cost(Tokens tokens) {
    return Cost.of(tokens, own, catalog, factor);
  }
}
