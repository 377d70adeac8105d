package dev.adp.domain;

/**
 * A model that a provider exposes.
 *
 * @param name exactly as the upstream calls it
 * @param customPricing rates that replace those of the catalogue, bucket by bucket
 */
public record ProviderModel(String name, Rates customPricing) {
  public static final int NAME_LENGTH_MAX = 512;
}
