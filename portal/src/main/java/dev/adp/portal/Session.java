package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.store.ExternalSessions;

/**
 * Who is signed in, for one request.
 *
 * @param csrf what every form of this session carries
 * @param token the cookie's value; never on a page
 */
record Session(Actor actor, String csrf, String token) {
  /** Whether it is a user of ours, who has a password; others have theirs at their issuer. */
  boolean hasPassword() {
    return !ExternalSessions.takes(token);
  }

  @Override
  public String toString() {
    return "Session[" + actor.name() + "]";
  }
}
