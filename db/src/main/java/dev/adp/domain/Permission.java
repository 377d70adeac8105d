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
  GUARDRAIL_CREATE,
  GUARDRAIL_GET,
  GUARDRAIL_LIST,
  GUARDRAIL_UPDATE,
  GUARDRAIL_DELETE,
  SPENDING_GET,
  TRANSCRIPT_GET,
  TRANSCRIPT_LIST,
  CATALOG_GET,
  CATALOG_UPDATE,
  SERVICEACCOUNT_CREATE,
  SERVICEACCOUNT_GET,
  SERVICEACCOUNT_LIST,
  SERVICEACCOUNT_UPDATE,
  SERVICEACCOUNT_DELETE,
  USER_CREATE,
  USER_GET,
  USER_LIST,
  USER_UPDATE,
  USER_DELETE,
  AUDITLOG_LIST;

  /**
   * The name that people and IAM policies use, for example {@code dataplane_adp_llmprovider_get}.
   */
  public String wireName() {
    return "dataplane_adp_" + name().toLowerCase(Locale.ROOT);
  }
}
