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
    Set<String> types, Optional<Boolean> enabled, String nameContains, String model, Order order) {

  /** What a list is ordered by; ties go by name. */
  public enum Order {
    CREATED_DESC("created_at desc"),
    CREATED("created_at"),
    NAME("name"),
    NAME_DESC("name desc"),
    UPDATED("updated_at"),
    UPDATED_DESC("updated_at desc"),
    DISPLAY_NAME("display_name"),
    DISPLAY_NAME_DESC("display_name desc");

    private final String wireName;

    Order(String wireName) {
      this.wireName = wireName;
    }

    /** As the parameter {@code order_by} takes it. */
    public String wireName() {
      return wireName;
    }
  }

  /** Every provider, the newest first. */
  public static final ProviderQuery ALL =
      new ProviderQuery(Set.of(), Optional.empty(), "", "", Order.CREATED_DESC);

  public ProviderQuery {
    types = Set.copyOf(types);
  }
}
