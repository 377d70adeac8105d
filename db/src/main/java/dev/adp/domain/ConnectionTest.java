package dev.adp.domain;

/** Tries a provider with one real call that is as small as a call can be. */
@FunctionalInterface
public interface ConnectionTest {
  /**
   * Makes the call and waits for its end, at most half a minute. Whatever the upstream does is a
   * result; only what is wrong with the check itself is thrown.
   *
   * @throws Failure.Forbidden when the actor may not make such a check
   * @throws Failure.NotFound when there is no such provider
   * @throws Failure.Invalid when the configuration could not be saved, or the model or the
   *     authorization does not go with it
   * @throws Failure.TooManyRequests when the actor has made too many
   */
  ConnectionResult run(Actor actor, ConnectionCheck check);
}
