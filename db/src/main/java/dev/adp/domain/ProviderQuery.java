package dev.adp.domain;

import java.util.Optional;
import java.util.Set;

/**
 * Which providers to list.
 *
 * @param types names as {@link ProviderConfig#type()}; empty = all
 * @param nameContains part of the name or display name, in any case; empty = all
 * @param model only providers that list this model; empty = all
 */
public record ProviderQuery(
    Set<String> types,
    Optional<Boolean> enabled,
    String nameContains,
    String model,
    ListOrder order) {

  /** Every provider, the newest first. */
  public static final ProviderQuery ALL =
      new ProviderQuery(Set.of(), Optional.empty(), "", "", ListOrder.CREATED_DESC);

  public ProviderQuery {
    types = Set.copyOf(types);
  }
}
