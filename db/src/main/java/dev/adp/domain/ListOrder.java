package dev.adp.domain;

import java.util.Arrays;
import java.util.Optional;

/** What a list is ordered by; ties go by name. */
public enum ListOrder {
  CREATED_DESC("created_at desc"),
  CREATED("created_at"),
  NAME("name"),
  NAME_DESC("name desc"),
  UPDATED("updated_at"),
  UPDATED_DESC("updated_at desc"),
  DISPLAY_NAME("display_name"),
  DISPLAY_NAME_DESC("display_name desc");

  private final String wireName;

  ListOrder(String wireName) {
    this.wireName = wireName;
  }

  /** The order that the parameter {@code order_by} names. */
  public static Optional<ListOrder> named(String wireName) {
    return Arrays.stream(values()).filter(order -> order.wireName.equals(wireName)).findFirst();
  }
}
