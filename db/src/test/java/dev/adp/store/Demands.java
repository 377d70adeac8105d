package dev.adp.store;

import dev.adp.domain.Actor;
import dev.adp.domain.Permission;
import dev.adp.domain.Role;

/**
 * What a store calls, under {@link PermissionMutationTest}, in place of the actor's own methods: so
 * each single demand for a permission can be dropped. Static, because rewritten code can reach
 * nothing else; public, because it comes from another class loader.
 */
public final class Demands {
  private static final int NONE = -1;
  private static volatile int dropped = NONE;
  private static volatile int latest = NONE;

  private Demands() {}

  /** Runs something without one of the demands. */
  static void without(int demand, Runnable action) {
    dropped = demand;
    try {
      action.run();
    } finally {
      dropped = NONE;
    }
  }

  /** The last demand that something meets: where it ends, when it is refused. */
  static int lastMetBy(Runnable action) {
    latest = NONE;
    action.run();
    return latest;
  }

  public static void require(Actor actor, Permission permission, int demand) {
    if (isMade(demand)) {
      actor.require(permission);
    }
  }

  public static void requireAll(Actor actor, Role granted, int demand) {
    if (isMade(demand)) {
      actor.requireAll(granted);
    }
  }

  public static boolean may(Actor actor, Permission permission, int demand) {
    return !isMade(demand) || actor.may(permission);
  }

  private static boolean isMade(int demand) {
    latest = demand;
    return demand != dropped;
  }
}
