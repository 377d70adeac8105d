package dev.adp.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A user of the built-in directory as administrators see him.
 *
 * @param lastSignInAt empty when he never signed in
 * @param version counts the changes
 */
public record UserAccount(
    Draft draft,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> lastSignInAt,
    long version) {

  /**
   * What administrators write of a user, but for his password.
   *
   * @param email what his usage is attributed to; no two users share one
   * @param blocked whether he is kept from signing in
   */
  public record Draft(ResourceId name, String email, Role role, boolean blocked) {
    public static final int EMAIL_LENGTH_MAX = 254;
    private static final Pattern EMAIL =
        Pattern.compile("[^\\s@\\p{Cc}\\p{Cs}]+@[^\\s@\\p{Cc}\\p{Cs}]+");

    public Draft {
      new Violations()
          .check(
              EMAIL.matcher(email).matches(),
              "email",
              "must be an e-mail address, for example maya@example.com")
          .check(
              Characters.in(email) <= EMAIL_LENGTH_MAX,
              "email",
              "must have at most %d characters".formatted(EMAIL_LENGTH_MAX))
          .throwIfAny();
    }

    /** Whether he can sign in and may do everything. */
    public boolean isActiveAdmin() {
      return role == Role.ADMIN && !blocked;
    }
  }

  public ResourceId name() {
    return draft.name();
  }

  public Role role() {
    return draft.role();
  }

  /** Changes with every update; compared by {@code If-Match}. */
  public String etag() {
    return Etag.of(createdAt, version);
  }
}
