package dev.adp.store;

import dev.adp.domain.Actor;
import dev.adp.domain.Role;

/** One actor for each role. */
public final class Actors {
  public static final Actor ADMIN = actor("ada", Role.ADMIN);
  public static final Actor WRITER = actor("wim", Role.WRITER);
  public static final Actor READER = actor("rita", Role.READER);
  public static final Actor INVOKER = actor("ivan", Role.LLM_PROVIDER_INVOKER);

  private Actors() {}

  private static Actor actor(String name, Role role) {
    return new Actor(name, name + "@example.com", role);
  }
}
