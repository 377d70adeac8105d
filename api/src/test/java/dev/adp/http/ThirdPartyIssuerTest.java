package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Role;
import dev.adp.store.Eventually;
import dev.adp.store.ModelCatalog;
import dev.adp.store.StoreExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens of mock-oauth2-server, which we have not written. */
class ThirdPartyIssuerTest {
  private static final Clock clock = Clock.systemUTC();

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  /** Looks again soon, so that no test has to wait. */
  private static OidcIssuer known(ThirdPartyIssuer theirs) throws Exception {
    var issuer =
        new OidcIssuer(
            new OidcSettings(theirs.url(), Optional.empty(), "adp", "roles"),
            Duration.ofMillis(20),
            Duration.ofSeconds(10));
    Eventually.holds("the issuer is known", issuer::isKnown);
    return issuer;
  }

  private static AccessTokens tokens(OidcIssuer issuer) {
    return new AccessTokens(
        store.vertx(),
        "http://adp.test",
        Optional.of(new ExternalTokens(issuer, clock)),
        store.snapshot(ModelCatalog.shipped()),
        clock);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "ES256"})
  void whatItSignsIsTaken(String algorithm) throws Exception {
    try (var theirs = new ThirdPartyIssuer(algorithm);
        OidcIssuer issuer = known(theirs)) {
      Actor actor = tokens(issuer).actor(theirs.accessToken());
      assertThat(actor.name()).isEqualTo("oidc:robot");
      assertThat(actor.attribution()).isEqualTo("oidc:robot");
      assertThat(actor.roles()).containsExactly(Role.WRITER);
    }
  }

  @Test
  void itsNewKeyActsWithoutARestartAndTheOldOneIsOver() throws Exception {
    try (var theirs = new ThirdPartyIssuer("RS256");
        OidcIssuer issuer = known(theirs)) {
      AccessTokens tokens = tokens(issuer);
      String old = theirs.accessToken();
      assertThat(tokens.actor(old).name()).isEqualTo("oidc:robot");

      theirs.stop();
      assertThat(tokens.actor(old).name()).isEqualTo("oidc:robot"); // Known keys keep working.

      Eventually.holds("it is there again", () -> startsAgain(theirs));
      String fresh = theirs.accessToken();
      Eventually.holds("the new key is known", () -> takes(tokens, fresh));
      assertThatExceptionOfType(Unauthenticated.class).isThrownBy(() -> tokens.actor(old));
    }
  }

  /** Its port is free a little after it has gone. */
  private static boolean startsAgain(ThirdPartyIssuer theirs) {
    try {
      theirs.start("ES256");
      return true;
    } catch (Exception _) {
      return false;
    }
  }

  private static boolean takes(AccessTokens tokens, String token) {
    try {
      return tokens.actor(token).name().equals("oidc:robot");
    } catch (Unauthenticated _) {
      return false;
    }
  }
}
