package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Origin;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Checks the access tokens of the external issuer. */
public final class ExternalTokens {
  /**
   * Begins the name of every external identity, so that none is taken for a user or service account
   * of ours.
   */
  public static final String NAME = "oidc:";

  private final OidcIssuer issuer;
  private final Clock clock;

  public ExternalTokens(OidcIssuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * Who a token stands for.
   *
   * @param kid of the key that signed it
   * @param end when it is good no more
   */
  record Identity(Actor actor, String subject, String kid, Instant end) {}

  /** Whether a token says that it is of this issuer; nothing of it is checked. */
  boolean claims(String token) {
    return issuer.settings().issuer().equals(OidcIssuer.part(token, 1).getValue("iss"));
  }

  /**
   * @throws Unauthenticated for whatever is wrong
   */
  Identity identity(String token) {
    OidcClaims claims = issuer.verified(token);
    OidcSettings settings = issuer.settings();
    if (!claims.isFrom(settings.issuer())) {
      throw new Unauthenticated("the token is not valid");
    }
    if (!claims.audience().contains(settings.audience())) {
      throw new Unauthenticated(
          "the token is for others: ask %s for one with the audience \"%s\""
              .formatted(settings.issuer(), settings.audience()));
    }
    if (!claims.hasBegun(clock.instant())) {
      throw new Unauthenticated("the token is not valid yet");
    }
    Optional<String> subject = claims.subject();
    Optional<Instant> end = claims.end();
    if (subject.isEmpty() || end.isEmpty()) {
      throw new Unauthenticated("the token lacks sub or exp");
    }
    var actor =
        new Actor(
            NAME + subject.get(),
            claims.attribution().orElse(subject.get()),
            claims.roles(settings.rolesClaim()),
            Optional.empty(),
            Origin.SYSTEM);
    return new Identity(
        actor, subject.get(), OidcIssuer.part(token, 0).getString("kid"), end.get());
  }

  boolean publishes(String kid) {
    return issuer.publishes(kid);
  }
}
