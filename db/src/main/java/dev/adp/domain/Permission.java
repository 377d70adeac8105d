package dev.adp.domain;

import java.util.Locale;

/** A right to do one thing to one kind of resource. */
public enum Permission {
  LLMPROVIDER_CREATE,
  LLMPROVIDER_GET,
  LLMPROVIDER_LIST,
  LLMPROVIDER_UPDATE,
  LLMPROVIDER_DELETE,
  LLMPROVIDER_INVOKE,
  SECRET_CREATE,
  SECRET_GET,
  SECRET_LIST,
  SECRET_UPDATE,
  SECRET_DELETE,
  SPENDING_GET,
  CATALOG_GET,
  SERVICEACCOUNT_CREATE;

  /**
   * The name that people and IAM policies use, for example {@code dataplane_adp_llmprovider_get}.
   */
  public String wireName() {
    return "dataplane_adp_" + name().toLowerCase(Locale.ROOT);
  }
}
