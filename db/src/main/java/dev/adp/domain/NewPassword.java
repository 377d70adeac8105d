package dev.adp.domain;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A password on its way into the store. Its text form never shows it.
 *
 * <p>Length is what counts, as NIST SP 800-63B has it: there are no rules about kinds of
 * characters.
 */
public final class NewPassword {
  public static final int LENGTH_MIN = 12;
  public static final int LENGTH_MAX = 128;

  /** A multiple of three, for base64 without an end of equals signs. */
  private static final int RANDOM_BYTES = 15;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String value;

  /**
   * @param field that it comes from
   * @param name of the user
   * @param email of the user
   * @throws Failure.Invalid when it is too short, too long, or his name or e-mail address
   */
  public NewPassword(String field, String value, String name, String email) {
    int length = Characters.in(value);
    new Violations()
        .check(
            length >= LENGTH_MIN && length <= LENGTH_MAX,
            field,
            "must have from %d to %d characters".formatted(LENGTH_MIN, LENGTH_MAX))
        .check(
            !value.equalsIgnoreCase(name) && !value.equalsIgnoreCase(email),
            field,
            "must not be the user's name or e-mail address")
        .throwIfAny();
    this.value = value;
  }

  private NewPassword(String value) {
    this.value = value;
  }

  /** One that is short enough to be typed and long enough never to be guessed: 120 bits. */
  public static NewPassword random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return new NewPassword(Base64.getUrlEncoder().encodeToString(bytes));
  }

  public String value() {
    return value;
  }

  @Override
  public String toString() {
    return "NewPassword[***]";
  }
}
