package dev.adp.portal;

import java.util.Optional;

/**
 * A price per million tokens in a table cell, in microcents.
 *
 * @param ownRate the provider's override
 * @param listedRate the catalogue's rate
 */
public record PriceCell(Optional<Long> ownRate, Optional<Long> listedRate) {
  public boolean isOwn() {
    return ownRate.isPresent();
  }

  public boolean isListed() {
    return listedRate.isPresent();
  }

  public long own() {
    return ownRate.orElseThrow();
  }

  public long listed() {
    return listedRate.orElseThrow();
  }
}
