package dev.adp.gateway;

/** Memory that an upload takes while it waits for its upstream, within the budget of all bodies. */
final class WaitingRoom {
  /** What may have come in of a body when it is paused, and may wait to go out. */
  static final int BYTES = 256 << 10;

  private final BodyBudget budget;
  private boolean taken;

  WaitingRoom(BodyBudget budget) {
    this.budget = budget;
  }

  /** Whether the body may wait. */
  boolean take() {
    taken = taken || budget.take(BYTES);
    return taken;
  }

  /** What a client is told whose body may not wait. */
  static Refusal full() {
    return Refusal.busy("too many uploads wait for their upstreams at the moment");
  }

  /** Gives the memory back; may be called more than once. */
  void give() {
    if (taken) {
      taken = false;
      budget.give(BYTES);
    }
  }
}
