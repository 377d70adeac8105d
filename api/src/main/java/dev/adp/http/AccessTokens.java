package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.SigningKeys;
import dev.adp.store.SigningKeys.Ring;
import dev.adp.store.SigningKeys.SigningKey;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks the tokens of service accounts, and has those of an external issuer checked. A
 * token of ours says only which credential it was given for; what its bearer may do is looked up at
 * each use, so that a revoked credential or a changed role acts at once.
 *
 * <p>The keys are those of the snapshot, so a new one acts without a restart; a token that names a
 * key that is not among them costs nothing but its refusal.
 *
 * <p>Used by one event loop or virtual thread at a time for checking: each verticle has its own.
 */
public final class AccessTokens {
  public static final Duration LIFETIME = SigningKeys.TOKEN_LIFETIME;
  private static final String ALGORITHM = "RS256";
  private static final String CLIENT_ID = "client_id";
  private static final int CACHE_ENTRIES_MAX = 10_000;
  private static final int TOKEN_CHARS_MAX = 8_192;

  private final Vertx vertx;
  private final String issuer;
  private final Optional<ExternalTokens> external;
  private final ProviderSnapshot snapshot;
  private final Clock clock;
  private volatile @Nullable Signer signer;
  private volatile Verifier verifier;

  /** Whole tokens whose signature is known to be right. */
  private final Map<String, Checked> checked =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Checked> eldest) {
          return size() > CACHE_ENTRIES_MAX;
        }
      };

  /** What does not change about a token. */
  private sealed interface Checked {
    Instant expiresAt();

    /** A token of ours. */
    record Own(String clientId, String kid, Instant expiresAt) implements Checked {}

    /** A token of the external issuer. */
    record External(ExternalTokens.Identity identity) implements Checked {
      @Override
      public Instant expiresAt() {
        return identity.end();
      }
    }
  }

  /** Made for one key. */
  private record Signer(String kid, JWTAuth jwt) {}

  /** Made for the public halves of all keys. */
  private record Verifier(Ring ring, JWTAuth jwt) {}

  /**
   * @param issuer our public URL, as it stands in {@code iss}
   */
  public AccessTokens(Vertx vertx, String issuer, ProviderSnapshot snapshot, Clock clock) {
    this(vertx, issuer, Optional.empty(), snapshot, clock);
  }

  /**
   * @param issuer our public URL, as it stands in {@code iss}
   * @param external for the tokens of another issuer
   */
  public AccessTokens(
      Vertx vertx,
      String issuer,
      Optional<ExternalTokens> external,
      ProviderSnapshot snapshot,
      Clock clock) {
    this.vertx = vertx;
    this.external = external;
    this.issuer = issuer;
    this.snapshot = snapshot;
    this.clock = clock;
    this.verifier = verifier(snapshot.signingKeys());
  }

  private Verifier verifier(Ring ring) {
    var options = new JWTAuthOptions();
    ring.keys().forEach(key -> options.addJwk(key.publicJwk()));
    // Time is ours to judge, by the clock that issued the token.
    options.setJWTOptions(new JWTOptions().setIssuer(issuer).setIgnoreExpiration(true));
    return new Verifier(ring, JWTAuth.create(vertx, options));
  }

  private Signer signer(SigningKey key) {
    var options =
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm(ALGORITHM)
                    .setId(key.kid())
                    .setBuffer(
                        key.privatePem()
                            .orElseThrow(
                                () -> new IllegalStateException("no signing key can be opened"))));
    return new Signer(key.kid(), JWTAuth.create(vertx, options));
  }

  /** A token for the holder of a credential. */
  public String issue(String clientId, String subject) {
    Instant now = clock.instant();
    SigningKey key = snapshot.signingKeys().signing(now);
    @Nullable Signer current = signer;
    if (current == null || !current.kid().equals(key.kid())) {
      current = signer(key);
      signer = current;
    }
    return current
        .jwt()
        .generateToken(
            new JsonObject()
                .put(CLIENT_ID, clientId)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond()),
            new JWTOptions()
                .setAlgorithm(ALGORITHM)
                .setNoTimestamp(true)
                .setIssuer(issuer)
                .setSubject(subject));
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
    Instant now = clock.instant();
    if (!known.expiresAt().isAfter(now)) {
      checked.remove(token);
      throw new Unauthenticated("the token has expired: get a new one");
    }
    return switch (known) {
      case Checked.Own own -> holder(own, token, now);
      case Checked.External(var identity) -> bearer(identity, token);
    };
  }

  private Actor holder(Checked.Own own, String token, Instant now) {
    if (!snapshot.signingKeys().verifies(own.kid(), now)) {
      checked.remove(token);
      throw new Unauthenticated("the token was signed by a key that has ended: get a new one");
    }
    return snapshot
        .actor(own.clientId())
        .orElseThrow(
            () -> new Unauthenticated("the token's credential was revoked or has expired"));
  }

  private Actor bearer(ExternalTokens.Identity identity, String token) {
    if (!external.map(tokens -> tokens.publishes(identity.key())).orElse(false)) {
      checked.remove(token);
      throw new Unauthenticated("the token was signed by a key that has ended: get a new one");
    }
    if (snapshot.isBlocked(identity.subject())) {
      throw new Unauthenticated("the identity is blocked: ask an administrator");
    }
    return identity.actor();
  }

  private Checked check(String token) {
    if (token.length() > TOKEN_CHARS_MAX) {
      throw new Unauthenticated("the token is not valid");
    }
    return external
        .filter(tokens -> tokens.claims(token))
        .<Checked>map(tokens -> new Checked.External(tokens.identity(token)))
        .orElseGet(() -> checkOwn(token));
  }

  private Checked checkOwn(String token) {
    var user = verifier().jwt().authenticate(new TokenCredentials(token));
    if (user.failed()) {
      throw new Unauthenticated("the token is not valid: get a new one");
    }
    if (!user.succeeded()) {
      throw new IllegalStateException("the signature check did not finish at once");
    }
    JsonObject claims = user.result().attributes().getJsonObject("accessToken");
    try {
      return new Checked.Own(
          claims.getString(CLIENT_ID), kid(token), Instant.ofEpochSecond(claims.getLong("exp")));
    } catch (NullPointerException | ClassCastException _) {
      throw new Unauthenticated("the token is not valid");
    }
  }

  /** Builds a new one when the keys are others than last time. */
  private Verifier verifier() {
    Ring ring = snapshot.signingKeys();
    Verifier current = verifier;
    if (!current.ring().equals(ring)) {
      current = verifier(ring);
      verifier = current;
    }
    return current;
  }

  private static String kid(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
    return new JsonObject(Buffer.buffer(header)).getString("kid");
  }

  /** The public keys, as {@code jwks_uri} serves them. */
  public JsonObject jwks() {
    return new JsonObject()
        .put(
            "keys",
            new JsonArray(
                snapshot.signingKeys().published(clock.instant()).stream()
                    .map(SigningKey::publicJwk)
                    .toList()));
  }
}
