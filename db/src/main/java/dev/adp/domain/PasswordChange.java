package dev.adp.domain;

import java.util.Optional;

/**
 * What somebody fills in to change his own password.
 *
 * @param current the one that he has
 * @param fresh the one that he wants
 * @param repeated the same once more, against slips of the finger
 */
public record PasswordChange(String current, String fresh, String repeated) {
  public static final String CURRENT = "current_password";
  public static final String FRESH = "new_password";
  public static final String REPEATED = "repeat_password";

  /**
   * Checks it.
   *
   * @param currentIsRight whether the current password is the one that he has
   * @throws Failure.Invalid naming every field that is wrong
   */
  public NewPassword check(User user, boolean currentIsRight) {
    var violations = new Violations();
    violations.check(currentIsRight, CURRENT, "must be your current password");
    Optional<NewPassword> password =
        violations.attempt(() -> new NewPassword(FRESH, fresh, user.name(), user.email()));
    violations
        .check(!currentIsRight || !fresh.equals(current), FRESH, "must differ from the current one")
        .check(repeated.equals(fresh), REPEATED, "must be the same as the new password")
        .throwIfAny();
    return password.orElseThrow();
  }

  @Override
  public String toString() {
    return "PasswordChange[***]";
  }
}
