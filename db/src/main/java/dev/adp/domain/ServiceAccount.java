package dev.adp.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A machine identity.
 *
 * @param credentials what tokens are got with, the oldest first; at most {@link #CREDENTIALS_MAX}
 * @param version counts the changes
 */
public record ServiceAccount(
    Draft draft, List<Credential> credentials, Instant createdAt, Instant updatedAt, long version) {
  public static final int CREDENTIALS_MAX = 10;

  public ServiceAccount {
    credentials = List.copyOf(credentials);
  }

  /**
   * What administrators write of a service account.
   *
   * @param agent whether its calls are attributed to an agent of its name
   */
  public record Draft(ResourceId name, String displayName, Role role, boolean agent) {
    public Draft {
      new Violations()
          .check(!Characters.areBlank(displayName), "display_name", "must not be empty")
          .check(
              Characters.in(displayName) <= LlmProvider.DISPLAY_NAME_LENGTH_MAX,
              "display_name",
              "must have at most 253 characters")
          .check(
              Characters.areOneLine(displayName),
              "display_name",
              "must not contain control characters")
          .throwIfAny();
    }
  }

  /**
   * What may be known of a credential: everything but its secret.
   *
   * @param clientId names it, for its user and in URLs
   * @param lastUsedAt when a token was last got with it, to the minute; empty for never
   */
  public record Credential(
      String clientId, Instant createdAt, Instant expiresAt, Optional<Instant> lastUsedAt) {}

  /**
   * How long a credential lives.
   *
   * @param duration from its creation on
   */
  public record Lifetime(Duration duration) {
    private static final Duration MIN = Duration.ofMinutes(1);
    private static final Duration MAX = Duration.ofDays(365);
    public static final Lifetime DEFAULT = new Lifetime(Duration.ofDays(90));

    /**
     * @throws Failure.Invalid when it is shorter than a minute or longer than 365 days
     */
    public Lifetime {
      new Violations()
          .check(
              duration.compareTo(MIN) >= 0 && duration.compareTo(MAX) <= 0,
              "ttl",
              "must be from 60s to 31536000s (365 days)")
          .throwIfAny();
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
