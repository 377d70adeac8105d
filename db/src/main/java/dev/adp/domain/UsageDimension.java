package dev.adp.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What usage can be grouped by. */
public enum UsageDimension {
  /** Its keys are uids: two providers may have had the same name. */
  PROVIDER,
  PROVIDER_TYPE,
  MODEL,
  /** Splits tokens and spend; requests are never split. */
  TOKEN_TYPE,
  USER,
  AGENT;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<UsageDimension> named(String wireName) {
    return Arrays.stream(values()).filter(by -> by.wireName().equals(wireName)).findFirst();
  }

  /** All of them, for people. */
  public static String names() {
    return Arrays.stream(values()).map(UsageDimension::wireName).collect(Collectors.joining(", "));
  }
}
