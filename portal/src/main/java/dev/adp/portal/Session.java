package dev.adp.portal;

import dev.adp.domain.Actor;

/**
 * Who is signed in, for one request.
 *
 * @param csrf what every form of this session carries
 * @param token the cookie's value; never on a page
 */
record Session(Actor actor, String csrf, String token) {
  @Override
  public String toString() {
    return "Session[" + actor.name() + "]";
  }
}
