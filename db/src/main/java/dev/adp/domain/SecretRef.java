package dev.adp.domain;

import java.util.regex.Pattern;

/** Name of an entry of the secret store, in UPPER_SNAKE_CASE; never the value itself. */
public record SecretRef(String value) {
  public static final int LENGTH_MAX = 253;
  private static final Pattern SYNTAX = Pattern.compile("[A-Z][A-Z0-9_]*");

  public SecretRef {
    if (!SYNTAX.matcher(value).matches()) {
      throw new Failure.Invalid(
          "secret", "must be UPPER_SNAKE_CASE (^[A-Z][A-Z0-9_]*$), for example OPENAI_API_KEY");
    }
    if (value.length() > LENGTH_MAX) {
      throw new Failure.Invalid("secret", "must have at most %d characters".formatted(LENGTH_MAX));
    }
  }

  /**
   * Reads a reference from a field of a form or document.
   *
   * @throws Failure.Invalid naming that field
   */
  public static SecretRef of(String field, String value) {
    try {
      return new SecretRef(value);
    } catch (Failure.Invalid invalid) {
      throw new Failure.Invalid(field, invalid.violations().getFirst().message());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
