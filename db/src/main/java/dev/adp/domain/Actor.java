package dev.adp.domain;

import java.util.Optional;

/**
 * Who asks. Every store method takes the actor first and requires a permission of him first.
 *
 * @param name unique name of the user or service account
 * @param attribution what usage is attributed to: a user's e-mail, a service account's name
 * @param agent name of the agent on whose behalf calls are made, when the account is marked as one
 */
public record Actor(String name, String attribution, Role role, Optional<String> agent) {

  /**
   * @throws Failure.Forbidden naming the permission, when the actor's role lacks it
   */
  public void require(Permission permission) {
    if (!may(permission)) {
      throw new Failure.Forbidden("lacks permission " + permission.wireName());
    }
  }

  public boolean may(Permission permission) {
    return role.permissions().contains(permission);
  }
}
