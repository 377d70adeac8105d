package dev.adp.domain;

import static dev.adp.domain.Permission.CATALOG_GET;
import static dev.adp.domain.Permission.GUARDRAIL_CREATE;
import static dev.adp.domain.Permission.GUARDRAIL_DELETE;
import static dev.adp.domain.Permission.GUARDRAIL_GET;
import static dev.adp.domain.Permission.GUARDRAIL_LIST;
import static dev.adp.domain.Permission.GUARDRAIL_UPDATE;
import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_DELETE;
import static dev.adp.domain.Permission.LLMPROVIDER_GET;
import static dev.adp.domain.Permission.LLMPROVIDER_INVOKE;
import static dev.adp.domain.Permission.LLMPROVIDER_LIST;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SECRET_DELETE;
import static dev.adp.domain.Permission.SECRET_GET;
import static dev.adp.domain.Permission.SECRET_LIST;
import static dev.adp.domain.Permission.SECRET_UPDATE;
import static dev.adp.domain.Permission.SPENDING_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_LIST;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A built-in role: a name for a set of permissions. */
public enum Role {
  READER(
      "Reader",
      EnumSet.of(
          LLMPROVIDER_GET,
          LLMPROVIDER_LIST,
          SECRET_GET,
          SECRET_LIST,
          GUARDRAIL_GET,
          GUARDRAIL_LIST,
          CATALOG_GET,
          SPENDING_GET)),
  WRITER(
      "Writer",
      READER,
      EnumSet.of(
          LLMPROVIDER_CREATE,
          LLMPROVIDER_UPDATE,
          LLMPROVIDER_DELETE,
          LLMPROVIDER_INVOKE,
          SECRET_CREATE,
          SECRET_UPDATE,
          SECRET_DELETE,
          GUARDRAIL_CREATE,
          GUARDRAIL_UPDATE,
          GUARDRAIL_DELETE)),
  LLM_PROVIDER_INVOKER("LLMProviderInvoker", EnumSet.of(LLMPROVIDER_INVOKE)),
  TRANSCRIPT_READER("TranscriptReader", EnumSet.of(TRANSCRIPT_GET, TRANSCRIPT_LIST)),
  ADMIN("Admin", EnumSet.allOf(Permission.class));

  private final String displayName;

  @SuppressWarnings("ImmutableEnumChecker") // Made by Set.copyOf: its type cannot say so.
  private final Set<Permission> permissions;

  Role(String displayName, Set<Permission> permissions) {
    this.displayName = displayName;
    this.permissions = Set.copyOf(permissions);
  }

  Role(String displayName, Role base, EnumSet<Permission> more) {
    var all = EnumSet.copyOf(more);
    all.addAll(base.permissions);
    this(displayName, all);
  }

  /** The name on the wire, in the database and on pages. */
  public String displayName() {
    return displayName;
  }

  public Set<Permission> permissions() {
    return permissions;
  }

  /**
   * Reads a role from a field.
   *
   * @throws Failure.Invalid naming that field, when there is no such role
   */
  public static Role of(String field, String displayName) {
    return named(displayName)
        .orElseThrow(
            () ->
                new Failure.Invalid(
                    field,
                    "must be one of "
                        + Arrays.stream(values())
                            .map(Role::displayName)
                            .collect(Collectors.joining(", "))));
  }

  public static Optional<Role> named(String displayName) {
    return Arrays.stream(values()).filter(role -> role.displayName.equals(displayName)).findFirst();
  }
}
