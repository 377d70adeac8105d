package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Origin;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Checks the access tokens of the external issuer. */
public final class ExternalTokens {
  private final OidcIssuer issuer;
  private final Clock clock;

  public ExternalTokens(OidcIssuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * Who a token stands for.
   *
   * @param key that signed it
   * @param end when it is good no more
   */
  record Identity(Actor actor, String subject, OidcKeys.Key key, Instant end) {}

  /** Whether a token says that it is of this issuer; nothing of it is checked. */
  boolean claims(String token) {
    return issuer.settings().issuer().equals(OidcIssuer.part(token, 1).getValue("iss"));
  }

  /**
   * @throws Unauthenticated for whatever is wrong
   */
  Identity identity(String token) {
    OidcIssuer.Signed signed = issuer.verified(token);
    OidcClaims claims = signed.claims();
    OidcSettings settings = issuer.settings();
    if (!claims.isFrom(settings.issuer())) {
      throw new Unauthenticated("the token is not valid");
    }
    if (!claims.audience().contains(settings.audience())) {
      throw new Unauthenticated(
          "the token is for others: ask %s for one with the audience \"%s\""
              .formatted(settings.issuer(), settings.audience()));
    }
    if (claims.isOfIdToken() && !isAccessToken(token)) {
      throw new Unauthenticated("this is an ID token: send the access token");
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
            Actor.EXTERNAL + subject.get(),
            claims.attribution(),
            claims.roles(settings.rolesClaim()),
            Optional.empty(),
            Origin.SYSTEM);
    return new Identity(actor, subject.get(), signed.key(), end.get());
  }

  /** RFC 9068: an access token may say that it is one. */
  private static boolean isAccessToken(String token) {
    return OidcIssuer.part(token, 0).getValue("typ") instanceof String type
        && type.toLowerCase(Locale.ROOT).endsWith("at+jwt");
  }

  /** Whether the key is among the issuer's still. */
  boolean publishes(OidcKeys.Key key) {
    return issuer.publishes(key);
  }
}
