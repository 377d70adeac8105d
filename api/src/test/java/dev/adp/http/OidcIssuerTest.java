package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import dev.adp.store.TestIssuer;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is believed of an issuer's discovery document, and how long it is waited for. */
class OidcIssuerTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestIssuer theirs = new TestIssuer(vertx);

  private OidcIssuer asked() {
    return new OidcIssuer(
        new OidcSettings(
            theirs.url(),
            Optional.of(new OidcSettings.Client("portal", Optional.empty())),
            "adp",
            "roles"),
        Duration.ofMillis(20),
        Duration.ofMillis(500));
  }

  @AfterEach
  void close() {
    theirs.close();
    vertx.close().await();
  }

  @Test
  void anAnswerThatNeverEndsIsGivenUpAndAskedForAgain() throws Exception {
    theirs.stall(true);
    try (OidcIssuer issuer = asked()) {
      Eventually.holds("it was asked", () -> theirs.asked() > 0);
      theirs.stall(false);
      Eventually.holds("it was asked again", issuer::isKnown);
    }
  }

  @Test
  void aBrowserIsLedToNoAddressThatCannotBeTrusted() throws Exception {
    theirs.announce("authorization_endpoint", "javascript:alert(1)");
    theirs.announce("end_session_endpoint", theirs.url() + "/logout#here");
    try (OidcIssuer issuer = asked()) {
      Eventually.holds("the issuer is known", issuer::isKnown);
      OidcLogin login = login(issuer);
      assertThat(login.authorizationUrl(OidcLogin.Attempt.random())).isEmpty();
      assertThat(login.endSessionUrl(Optional.empty())).isEmpty();
    }
  }

  @Test
  void anIssuerThatNamesItselfInItsAnswersMustDoSo() throws Exception {
    theirs.announce("authorization_response_iss_parameter_supported", true);
    try (OidcIssuer issuer = asked()) {
      Eventually.holds("the issuer is known", issuer::isKnown);
      OidcLogin login = login(issuer);
      assertThat(login.mayHaveAnswered("")).isFalse();
      assertThat(login.mayHaveAnswered("http://evil.test")).isFalse();
      assertThat(login.mayHaveAnswered(theirs.url())).isTrue();
    }
  }

  @Test
  void aTokenTooLongForAnAddressIsNoHint() throws Exception {
    try (OidcIssuer issuer = asked()) {
      Eventually.holds("the issuer is known", issuer::isKnown);
      OidcLogin login = login(issuer);
      assertThat(login.endSessionUrl(Optional.of("x".repeat(3_000))).orElseThrow())
          .contains("id_token_hint=xxx", "client_id=portal");
      assertThat(login.endSessionUrl(Optional.of("x".repeat(3_001))).orElseThrow())
          .contains("client_id=portal")
          .doesNotContain("id_token_hint");
    }
  }

  private static OidcLogin login(OidcIssuer issuer) {
    return OidcLogin.of(issuer, "http://adp.test", Clock.systemUTC()).orElseThrow();
  }
}
