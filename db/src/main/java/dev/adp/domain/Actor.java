package dev.adp.domain;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who asks. Every store method takes the actor first and requires a permission of him first.
 *
 * @param name unique among all who may ask: it begins with what kind of identity it is of, since a
 *     user and a service account may be called alike
 * @param attribution what usage is attributed to: a user's e-mail, a service account's name
 * @param roles one for built-in identities; an external identity may bring several
 * @param permissions what he may do
 * @param agent name of the agent on whose behalf calls are made, when the account is marked as one
 * @param origin where this request of his came from
 */
public record Actor(
    String name,
    String attribution,
    Set<Role> roles,
    Set<Permission> permissions,
    Optional<String> agent,
    Origin origin) {
  /** Begins the names of users of ours. */
  public static final String USER = "user:";

  /** Begins the names of service accounts. */
  public static final String SERVICE_ACCOUNT = "service-account:";

  /** Begins the names of external identities. */
  public static final String EXTERNAL = "oidc:";

  public Actor {
    roles = Set.copyOf(roles);
    permissions = Set.copyOf(permissions);
  }

  /** An actor who may do what any of his roles may do. */
  public Actor(
      String name, String attribution, Set<Role> roles, Optional<String> agent, Origin origin) {
    this(
        name,
        attribution,
        roles,
        roles.stream()
            .flatMap(role -> role.permissions().stream())
            .collect(Collectors.toUnmodifiableSet()),
        agent,
        origin);
  }

  /** An actor of one role who is no agent. */
  public Actor(String name, String attribution, Role role) {
    this(name, attribution, Set.of(role), Optional.empty(), Origin.SYSTEM);
  }

  /** The same actor, asking from somewhere. */
  public Actor from(Origin place) {
    return new Actor(name, attribution, roles, permissions, agent, place);
  }

  /**
   * @throws Failure.Forbidden naming the permission, when the actor's roles lack it
   */
  public void require(Permission permission) {
    if (!may(permission)) {
      throw new Failure.Forbidden(permission);
    }
  }

  /**
   * Nobody grants what he does not have.
   *
   * @throws Failure.Forbidden naming a permission that the role has and the actor lacks
   */
  public void requireAll(Role granted) {
    EnumSet.copyOf(granted.permissions()).forEach(this::require);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /** As he knows himself: a user or service account of ours without the kind that it is of. */
  public String plainName() {
    return Stream.of(USER, SERVICE_ACCOUNT)
        .filter(name::startsWith)
        .map(kind -> name.substring(kind.length()))
        .findFirst()
        .orElse(name);
  }

  /** The names of the roles, for people. */
  public String roleNames() {
    return roles.stream().map(Role::displayName).sorted().collect(Collectors.joining(", "));
  }
}
