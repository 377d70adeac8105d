package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.Origin;
import dev.adp.http.OidcLogin;
import dev.adp.store.ExternalSessions;
import java.util.Optional;

/** Signing in by the external issuer: the protocol and the sessions that come of it. */
public record ExternalSignIn(OidcLogin login, ExternalSessions sessions) {

  Optional<Session> session(String token, Origin origin) {
    return sessions
        .find(token)
        .map(
            found ->
                new Session(
                    new Actor(
                        Actor.EXTERNAL + found.subject(),
                        found.attribution(),
                        found.roles(),
                        Optional.empty(),
                        origin),
                    found.csrfToken(),
                    token));
  }
}
