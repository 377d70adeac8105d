package dev.adp.gateway;

/**
 * Memory that an upload may take while its upstream does not go on with it, within the budget of
 * all bodies. It is taken before the call begins, and kept: who had to ask again on the way would
 * be broken off for what others send.
 */
final class WaitingRoom {
  /** What may have come in of a body when it is paused, and may wait to go out. */
  static final int BYTES = 256 << 10;

  private final BodyBudget budget;
  private boolean taken;

  WaitingRoom(BodyBudget budget) {
    this.budget = budget;
  }

  /** Whether there is room. */
  boolean take() {
    taken = taken || budget.take(BYTES);
    return taken;
  }

  /** What a client is told for whose body there is none. */
  static Refusal full() {
    return Refusal.busy("too many uploads are under way at the moment");
  }

  /** Gives the memory back; may be called more than once. */
  void give() {
    if (taken) {
      taken = false;
      budget.give(BYTES);
    }
  }
}
