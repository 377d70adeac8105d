package dev.adp.store;

import dev.adp.domain.Actor;
import dev.adp.domain.Origin;
import dev.adp.domain.Permission;
import dev.adp.domain.Role;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** One actor for each role. */
public final class Actors {
  public static final Actor ADMIN = actor("ada", Role.ADMIN);
  public static final Actor WRITER = actor("wim", Role.WRITER);
  public static final Actor READER = actor("rita", Role.READER);
  public static final Actor INVOKER = actor("ivan", Role.LLM_PROVIDER_INVOKER);

  private Actors() {}

  /** One who may do everything but this. */
  public static Actor without(Permission permission) {
    var permissions = EnumSet.allOf(Permission.class);
    permissions.remove(permission);
    return new Actor(
        "walt",
        "walt@example.com",
        Set.of(Role.ADMIN),
        permissions,
        Optional.empty(),
        Origin.SYSTEM);
  }

  private static Actor actor(String name, Role role) {
    return new Actor(name, name + "@example.com", role);
  }
}
