package dev.adp.domain;

import java.util.Map;

/** What the labels of a secret may be: notes for people and scripts, not a place to keep things. */
public final class SecretLabels {
  public static final int COUNT_MAX = 64;
  public static final int NAME_CHARS_MAX = 63;
  public static final int VALUE_CHARS_MAX = 253;

  private SecretLabels() {}

  /**
   * Collects what is wrong with labels. A name that is too long is not repeated to whoever sent it.
   */
  public static void check(Map<String, String> labels, Violations violations) {
    violations.check(labels.size() <= COUNT_MAX, "labels", "must be at most 64");
    violations.check(
        labels.keySet().stream().allMatch(SecretLabels::isName),
        "labels",
        "must have names of at most 63 characters");
    labels.forEach(
        (name, value) ->
            violations.check(
                !isName(name) || chars(value) <= VALUE_CHARS_MAX,
                "labels." + name,
                "must have at most 253 characters"));
  }

  private static boolean isName(String name) {
    return chars(name) <= NAME_CHARS_MAX;
  }

  private static int chars(String text) {
    return text.codePointCount(0, text.length());
  }
}
