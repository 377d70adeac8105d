package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.store.ConfigWatch;
import dev.adp.store.Eventually;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.SigningKeyRotation;
import dev.adp.store.SigningKeys;
import dev.adp.store.StoreExtension;
import dev.adp.store.TestClock;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of ours, through a change of the key that signs them. */
class AccessTokensTest {
  private static final String ISSUER = "http://adp.test";
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final TestClock clock = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
  private final AccessTokens tokens = tokens(snapshot);

  private static AccessTokens tokens(ProviderSnapshot snapshot) {
    return new AccessTokens(store.vertx(), ISSUER, snapshot, clock);
  }

  @AfterEach
  void oneKeyAgain() throws SQLException {
    clock.set(START);
    store.execute(
        """
        delete from signing_key where kid <> (select min(kid) from signing_key);
        update signing_key set replaces = null, signs_from = '%s'
        """
            .formatted(START));
  }

  private static String clientId() {
    return store.admin().credential().clientId();
  }

  private String token() {
    return tokens.issue(clientId(), "service-accounts/admin");
  }

  private static SigningKeyRotation rotate() {
    return new SigningKeyRotation(store.database(), store.masterKeys(), clock, Duration.ofDays(1))
        .start();
  }

  @Test
  void aTokenOfTheOldKeyIsGoodUntilItExpiresAndTheNewKeySignsInItsTurn() throws Exception {
    String old = signing();
    try (var _ = rotate()) {
      Eventually.holds("a successor", () -> snapshot.signingKeys().keys().size() == 2);
    }
    assertThat(published()).hasSize(2);
    clock.advance(Duration.ofDays(1).minusSeconds(1));
    String last = token();
    assertThat(kid(last)).isEqualTo(old);

    clock.advance(Duration.ofSeconds(1));
    String next = token();
    assertThat(kid(next)).isNotEqualTo(old).isEqualTo(signing());
    assertThat(tokens.actor(last).name()).isEqualTo("service-account:admin");
    assertThat(tokens.actor(next).name()).isEqualTo("service-account:admin");
    assertThat(published()).contains(old);

    clock.advance(SigningKeys.TOKEN_LIFETIME);
    refused(last, "expired");
    clock.advance(Duration.ofMinutes(5));
    assertThat(published()).doesNotContain(old);
  }

  @Test
  void anotherInstanceBelievesTheNewKeyWithoutARestart() throws Exception {
    var there =
        new ProviderSnapshot(store.another(), store.masterKeys(), ModelCatalog.shipped(), clock);
    AccessTokens elsewhere = tokens(there);
    String before = token();
    assertThat(elsewhere.actor(before).name()).isEqualTo("service-account:admin");
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), there);
        var _ = rotate()) {
      Eventually.holds(
          "both know of it",
          () ->
              there.signingKeys().keys().size() == 2 && snapshot.signingKeys().keys().size() == 2);
    }
    assertThat(elsewhere.jwks()).isEqualTo(tokens.jwks());
    clock.advance(Duration.ofDays(1));
    assertThat(kid(token())).isNotEqualTo(kid(before));
    assertThat(elsewhere.actor(token()).name()).isEqualTo("service-account:admin");
    assertThat(tokens.actor(elsewhere.issue(clientId(), "x")).name())
        .isEqualTo("service-account:admin");
  }

  @Test
  void aKeyThatHasEndedIsNotBelievedWhateverTheTokenSaysOfItsOwnEnd() throws Exception {
    SigningKeys.SigningKey old = snapshot.signingKeys().signing(clock.instant());
    String eternal = signed(old, START.plus(Duration.ofDays(365)));
    assertThat(tokens.actor(eternal).name()).isEqualTo("service-account:admin");
    try (var _ = rotate()) {
      Eventually.holds("a successor", () -> snapshot.signingKeys().keys().size() == 2);
    }
    clock.advance(Duration.ofDays(1).plus(SigningKeys.TOKEN_LIFETIME));
    assertThat(tokens.actor(eternal).name()).isEqualTo("service-account:admin");
    clock.advance(Duration.ofMinutes(5));
    refused(eternal, "signed by a key that has ended");
    refused(eternal, "signed by a key that has ended"); // Not from the cache either.
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "RS512", "unknown-kid", "other-key"})
  void aForgedTokenIsRefused(String trick) {
    String token = token();
    String payload = token.split("\\.", -1)[1];
    String signature = token.split("\\.", -1)[2];
    String kid = trick.equals("unknown-kid") ? "nobody" : signing();
    String alg = trick.matches("[A-Z].*|none") ? trick : "RS256";
    String header =
        encoded(new JsonObject().put("typ", "JWT").put("alg", alg).put("kid", kid).encode());
    String forged =
        switch (trick) {
          case "none" -> header + "." + payload + ".";
          case "other-key" -> header + "." + payload + "." + encoded("x".repeat(256));
          default -> header + "." + payload + "." + signature;
        };
    refused(forged, "not valid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30"})
  void garbageIsRefused(String garbage) {
    refused(garbage, "not valid");
  }

  private void refused(String token, String why) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> tokens.actor(token))
        .withMessageContaining(why);
  }

  private static String signed(SigningKeys.SigningKey key, Instant expires) {
    var options =
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm("RS256")
                    .setId(key.kid())
                    .setBuffer(key.privatePem().orElseThrow()));
    return JWTAuth.create(store.vertx(), options)
        .generateToken(
            new JsonObject().put("client_id", clientId()).put("exp", expires.getEpochSecond()),
            new JWTOptions().setAlgorithm("RS256").setIssuer(ISSUER));
  }

  private String signing() {
    return snapshot.signingKeys().signing(clock.instant()).kid();
  }

  private List<String> published() {
    return tokens.jwks().getJsonArray("keys").stream()
        .map(key -> ((JsonObject) key).getString("kid"))
        .toList();
  }

  private static String kid(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]);
    return new JsonObject(new String(header, StandardCharsets.UTF_8)).getString("kid");
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
