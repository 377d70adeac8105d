package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Role;
import dev.adp.store.Actors;
import dev.adp.store.BlockedSubjects;
import dev.adp.store.Eventually;
import dev.adp.store.ModelCatalog;
import dev.adp.store.StoreExtension;
import dev.adp.store.TestClock;
import dev.adp.store.TestIssuer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of an external issuer. */
class ExternalTokensTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final String AUDIENCE = "adp";

  /** As long as in earnest, so that nothing is looked at again within a test. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private static final TestClock clock = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final TestIssuer theirs = new TestIssuer(store.vertx());
  private final OidcIssuer issuer = issuer("realm_access.roles");
  private final AccessTokens tokens = tokens(issuer);

  private OidcIssuer issuer(String rolesClaim) {
    return issuer(rolesClaim, PAUSE);
  }

  private OidcIssuer issuer(String rolesClaim, Duration pause) {
    return new OidcIssuer(
        new OidcSettings(theirs.url(), Optional.empty(), AUDIENCE, rolesClaim),
        pause,
        Duration.ofSeconds(5));
  }

  private static AccessTokens tokens(OidcIssuer issuer) {
    return new AccessTokens(
        store.vertx(),
        "http://adp.test",
        Optional.of(new ExternalTokens(issuer, clock)),
        store.snapshot(ModelCatalog.shipped()),
        clock);
  }

  @BeforeEach
  void reached() throws Exception {
    clock.set(START);
    Eventually.holds("the issuer is known", issuer::isKnown);
  }

  @AfterEach
  void close() {
    issuer.close();
    theirs.close();
  }

  private JsonObject claims() {
    return new JsonObject()
        .put("iss", theirs.url())
        .put("sub", "ada")
        .put("aud", new JsonArray().add("other").add(AUDIENCE))
        .put("exp", START.plusSeconds(300).getEpochSecond())
        .put("email", "ada@example.com")
        .put("email_verified", true)
        .put(
            "realm_access",
            new JsonObject().put("roles", new JsonArray().add("Writer").add("offline").add(7)));
  }

  @Test
  void aTokenIsAnActorWithTheRolesOfItsClaimUnderANameThatNobodyOfOursHas() {
    Actor actor = tokens.actor(theirs.token(claims()));
    assertThat(actor.name()).isEqualTo("oidc:ada");
    assertThat(actor.attribution()).isEqualTo("ada@example.com");
    assertThat(actor.roles()).containsExactly(Role.WRITER);
    String ours = tokens.issue(store.admin().credential().clientId(), "x");
    assertThat(tokens.actor(ours).name()).isEqualTo("service-account:admin");
  }

  @Test
  void anAddressThatIsNotVerifiedIsNotWhoPays() {
    assertThat(
            tokens
                .actor(
                    theirs.token(
                        claims().put("email_verified", false).put("preferred_username", "ada.l")))
                .attribution())
        .isEqualTo("oidc:ada.l");
    assertThat(tokens.actor(theirs.token(claims().put("email", "admin"))).attribution())
        .isEqualTo("oidc:ada"); // A name of ours is no address.
  }

  @Test
  void rolesMayBeATextWithSpacesUnderANameWithDots() throws Exception {
    try (OidcIssuer other = issuer("https://adp.example/roles")) {
      Eventually.holds("the issuer is known", other::isKnown);
      var claims = claims().put("https://adp.example/roles", "Reader LLMProviderInvoker");
      assertThat(tokens(other).actor(theirs.token(claims)).roles())
          .containsExactlyInAnyOrder(Role.READER, Role.LLM_PROVIDER_INVOKER);
    }
  }

  @Test
  void whoHasNoRoleOfOursMayDoNothing() {
    assertThat(tokens.actor(theirs.token(claims().put("realm_access", "x"))).permissions())
        .isEmpty();
  }

  record Wrong(String what, UnaryOperator<JsonObject> change, String why) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Wrong> wrong() {
    long now = START.getEpochSecond();
    return Stream.of(
        new Wrong("another issuer", json -> json.put("iss", "http://evil.test"), "not valid"),
        new Wrong("no issuer", json -> without(json, "iss"), "not valid"),
        new Wrong("another audience", json -> json.put("aud", "other"), "for others"),
        new Wrong("an audience of two words", json -> json.put("aud", "other adp"), "for others"),
        new Wrong("an ID token", json -> json.put("nonce", "n-1"), "send the access token"),
        new Wrong("an ID token without nonce", json -> json.put("at_hash", "x"), "ID token"),
        new Wrong("no audience", json -> without(json, "aud"), "for others"),
        new Wrong("expired", json -> json.put("exp", now - 61), "expired"),
        new Wrong("without an end", json -> without(json, "exp"), "lacks sub or exp"),
        new Wrong("an end that is a text", json -> json.put("exp", "soon"), "lacks sub or exp"),
        new Wrong("not yet valid", json -> json.put("nbf", now + 61), "not valid yet"),
        new Wrong("of the future", json -> json.put("iat", now + 61), "not valid yet"),
        new Wrong("without a subject", json -> without(json, "sub"), "lacks sub or exp"),
        new Wrong("a subject with NUL", json -> json.put("sub", "a\0b"), "lacks sub or exp"));
  }

  private static JsonObject without(JsonObject json, String field) {
    json.remove(field);
    return json;
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aTokenThatSaysSomethingWrongIsRefused(Wrong wrong) {
    refused(theirs.token(wrong.change().apply(claims())), wrong.why());
  }

  @Test
  void aTokenThatNoKeyOfTheIssuerHasSignedIsRefused() throws GeneralSecurityException {
    refused(theirs.forged(claims()), "not valid");
    String none = TestIssuer.unsigned(theirs.header("none", theirs.kid()), claims());
    refused(none, "not valid");
    refused(none + ".", "not valid");
    refused(none + ".AAAA", "not valid");
    String hs = TestIssuer.unsigned(theirs.header("HS256", theirs.kid()), claims());
    Mac mac = Mac.getInstance("HmacSHA256"); // With the public key, which everybody has.
    mac.init(new SecretKeySpec(theirs.publicKey().getEncoded(), "HmacSHA256"));
    byte[] hash = mac.doFinal(hs.getBytes(StandardCharsets.US_ASCII));
    refused(hs + "." + TestIssuer.encoded(hash), "not valid");
    for (String garbage : List.of("", "a.b.c", "....", "e30.e30.e30", "\0")) {
      refused(garbage, "not valid");
    }
  }

  @Test
  void whatSaysThatItIsAnAccessTokenIsOneAndWhatIsCriticalIsNotPassedOver() {
    JsonObject header = theirs.header("RS256", theirs.kid());
    JsonObject claims = claims().put("nonce", "n-1");
    assertThat(tokens.actor(theirs.token(header.copy().put("typ", "at+jwt"), claims)).name())
        .isEqualTo("oidc:ada");
    refused(theirs.token(header.put("crit", new JsonArray().add("b64")), claims()), "not valid");
  }

  @Test
  void aKeyThatIsReplacedUnderItsOwnNameVouchesForNothingAnyMore() throws Exception {
    try (OidcIssuer quick = issuer("realm_access.roles", Duration.ofMillis(20))) {
      Eventually.holds("the issuer is known", quick::isKnown);
      AccessTokens tokens = tokens(quick);
      String old = theirs.token(claims());
      assertThat(tokens.actor(old).name()).isEqualTo("oidc:ada");
      theirs.rotate(theirs.kid());
      String fresh = theirs.token(claims());
      Eventually.holds("the new key is known", () -> takes(tokens, fresh));
      refused(tokens, old, "a key that has ended");
      refused(tokens, old, "not valid"); // Not kept as good from before either.
    }
  }

  @Test
  void aNewKeyActsWithoutARestartAndOneThatIsGoneIsOver() throws Exception {
    try (OidcIssuer quick = issuer("realm_access.roles", Duration.ofMillis(20))) {
      Eventually.holds("the issuer is known", quick::isKnown);
      AccessTokens tokens = tokens(quick);
      String old = theirs.token(claims());
      JsonObject before = theirs.jwk();
      theirs.rotate("second");
      String fresh = theirs.token(claims());
      theirs.publish(new JsonArray().add(before).add(theirs.jwk()));
      Eventually.holds("the new key is known", () -> takes(tokens, fresh));
      assertThat(tokens.actor(old).name()).isEqualTo("oidc:ada"); // Published still.

      theirs.publish(new JsonArray().add(theirs.jwk()));
      Eventually.holds(
          "the old key is forgotten",
          () -> {
            refused(tokens, theirs.forged(claims()), "not valid"); // Makes it look again.
            return !takes(tokens, old);
          });
      assertThat(tokens.actor(fresh).name()).isEqualTo("oidc:ada");
    }
  }

  private static boolean takes(AccessTokens tokens, String token) {
    try {
      return tokens.actor(token).name().equals("oidc:ada");
    } catch (Unauthenticated _) {
      return false;
    }
  }

  @Test
  void theSkewIsAMinute() {
    tokens.actor(theirs.token(claims().put("nbf", START.plusSeconds(59).getEpochSecond())));
    String token = theirs.token(claims());
    clock.set(START.plusSeconds(359));
    assertThat(tokens.actor(token).name()).isEqualTo("oidc:ada");
    clock.advance(Duration.ofSeconds(1));
    refused(token, "expired");
  }

  @Test
  void tokensWithACommonBeginningAreDifferentTokens() {
    String ada = theirs.token(claims());
    String bob = theirs.token(claims().put("sub", "bob"));
    assertThat(ada.substring(0, 60)).isEqualTo(bob.substring(0, 60));
    assertThat(tokens.actor(ada).name()).isEqualTo("oidc:ada");
    assertThat(tokens.actor(bob).name()).isEqualTo("oidc:bob");
    refused(ada.substring(0, ada.length() - 8) + bob.substring(bob.length() - 8), "not valid");
  }

  @Test
  void aStormOfUnknownKeysAsksTheIssuerNothing() {
    int before = theirs.asked();
    for (int i = 0; i < 500; i++) {
      String unknown = TestIssuer.unsigned(theirs.header("RS256", "kid-" + i), claims()) + ".AAAA";
      refused(unknown, "does not publish");
    }
    assertThat(theirs.asked()).isEqualTo(before); // The next look is half a minute away.
  }

  @Test
  void anIssuerThatIsDownAtTheStartIsAskedAgainAndItsLastKeysStand() throws Exception {
    theirs.goAway(true);
    try (OidcIssuer late = issuer("roles")) {
      AccessTokens waiting = tokens(late);
      String token = theirs.token(claims());
      assertThatExceptionOfType(Unauthenticated.class)
          .isThrownBy(() -> waiting.actor(token))
          .withMessageContaining("has not been reached yet");
      assertThat(tokens.actor(token).name()).isEqualTo("oidc:ada");
      theirs.goAway(false);
      Eventually.holds("it is asked again", late::isKnown);
      assertThat(waiting.actor(token).name()).isEqualTo("oidc:ada");
    }
  }

  @Test
  void aBlockedSubjectIsRefusedAtOnceWhateverItsTokenSays() {
    var blocked = new BlockedSubjects(store.database(), clock);
    String token = theirs.token(claims());
    assertThat(tokens.actor(token).name()).isEqualTo("oidc:ada");
    var _ = blocked.block(Actors.ADMIN, "ada", "left");
    refused(token, "blocked");
    blocked.unblock(Actors.ADMIN, "ada");
    assertThat(tokens.actor(token).name()).isEqualTo("oidc:ada");
  }

  private void refused(String token, String why) {
    refused(tokens, token, why);
  }

  private static void refused(AccessTokens tokens, String token, String why) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> tokens.actor(token))
        .withMessageContaining(why)
        .withMessageNotContaining("ada");
  }
}
