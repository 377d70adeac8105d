package dev.adp.domain;

import java.util.Optional;

/**
 * Tokens of one model of one provider that have no price.
 *
 * @param provider where a price can be set; empty when the provider is deleted
 */
public record UnpricedUsage(
    Optional<ResourceId> provider, String providerName, String model, long tokens) {}
