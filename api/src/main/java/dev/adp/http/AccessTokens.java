package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.SigningKeys.SigningKey;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes and checks the tokens of service accounts. A token says only which credential it was given
 * for; what its bearer may do is looked up at each use, so that a revoked credential or a changed
 * role acts at once.
 *
 * <p>Used by one event loop or virtual thread at a time for checking: each verticle has its own.
 */
public final class AccessTokens {
  public static final Duration LIFETIME = Duration.ofHours(1);
  private static final String ALGORITHM = "RS256";
  private static final String CLIENT_ID = "client_id";
  private static final int CACHE_ENTRIES_MAX = 10_000;
  private static final int TOKEN_CHARS_MAX = 8_192;

  private final JWTAuth jwt;
  private final List<SigningKey> keys;
  private final String issuer;
  private final ProviderSnapshot snapshot;
  private final Clock clock;

  /** Whole tokens whose signature is known to be right. */
  private final Map<String, Checked> checked =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Checked> eldest) {
          return size() > CACHE_ENTRIES_MAX;
        }
      };

  private record Checked(String clientId, Instant expiresAt) {}

  /**
   * @param issuer our public URL, as it stands in {@code iss}
   * @param keys the newest, which signs, first
   */
  public AccessTokens(
      Vertx vertx, String issuer, List<SigningKey> keys, ProviderSnapshot snapshot, Clock clock) {
    this.issuer = issuer;
    this.keys = List.copyOf(keys);
    this.snapshot = snapshot;
    this.clock = clock;
    var options = new JWTAuthOptions();
    options.addPubSecKey(
        new PubSecKeyOptions()
            .setAlgorithm(ALGORITHM)
            .setId(keys.getFirst().kid())
            .setBuffer(keys.getFirst().privatePem()));
    keys.forEach(key -> options.addJwk(key.publicJwk()));
    options.setJWTOptions(new JWTOptions().setIssuer(issuer));
    this.jwt = JWTAuth.create(vertx, options);
  }

  /** A token for the holder of a credential. */
  public String issue(String clientId, String subject) {
    return jwt.generateToken(
        new JsonObject().put(CLIENT_ID, clientId),
        new JWTOptions()
            .setAlgorithm(ALGORITHM)
            .setIssuer(issuer)
            .setSubject(subject)
            .setExpiresInSeconds((int) LIFETIME.toSeconds()));
  }

  /**
   * Whose token this is.
   *
   * @throws Unauthenticated when it is malformed, forged, expired or its credential was revoked
   */
  public Actor actor(String token) {
    Checked known = checked.get(token);
    if (known == null) {
      known = check(token);
      checked.put(token, known);
    }
    if (!known.expiresAt().isAfter(clock.instant())) {
      checked.remove(token);
      throw new Unauthenticated("the token has expired: get a new one");
    }
    return snapshot
        .actor(known.clientId())
        .orElseThrow(
            () -> new Unauthenticated("the token's credential was revoked or has expired"));
  }

  private Checked check(String token) {
    if (token.length() > TOKEN_CHARS_MAX) {
      throw new Unauthenticated("the token is not valid");
    }
    var user = jwt.authenticate(new TokenCredentials(token));
    if (user.failed()) {
      throw new Unauthenticated("the token is not valid or has expired: get a new one");
    }
    if (!user.succeeded()) {
      throw new IllegalStateException("the signature check did not finish at once");
    }
    JsonObject claims = user.result().attributes().getJsonObject("accessToken");
    String clientId = claims.getString(CLIENT_ID);
    Long expires = claims.getLong("exp");
    if (clientId == null || expires == null) {
      throw new Unauthenticated("the token is not valid");
    }
    return new Checked(clientId, Instant.ofEpochSecond(expires));
  }

  /** The public keys, as {@code jwks_uri} serves them. */
  public JsonObject jwks() {
    return new JsonObject()
        .put("keys", new JsonArray(keys.stream().map(SigningKey::publicJwk).toList()));
  }
}
