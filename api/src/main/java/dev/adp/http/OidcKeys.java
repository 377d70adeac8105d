package dev.adp.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an issuer publishes. Each is read for itself: what is no key of a kind that we take
 * is left out, and costs the others nothing. Nothing is believed without a signature by one of
 * them.
 *
 * @param all never empty
 */
record OidcKeys(List<Key> all) {
  private static final int KEYS_MAX = 50;
  private static final int RSA_BITS_MIN = 2_048;
  private static final int RSA_BITS_MAX = 8_192;

  /** What a token may be signed with; another algorithm is none, whatever a header says. */
  enum Algorithm {
    RS256("RSA") {
      @Override
      Signature signature() throws GeneralSecurityException {
        return Signature.getInstance("SHA256withRSA");
      }
    },
    PS256("RSA") {
      @Override
      Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return signature;
      }
    },
    ES256("EC") {
      @Override
      Signature signature() throws GeneralSecurityException {
        return Signature.getInstance("SHA256withECDSAinP1363Format");
      }
    };

    private final String keyType;

    Algorithm(String keyType) {
      this.keyType = keyType;
    }

    abstract Signature signature() throws GeneralSecurityException;

    static Optional<Algorithm> named(@Nullable Object name) {
      return Arrays.stream(values()).filter(one -> one.name().equals(name)).findFirst();
    }
  }

  /**
   * @param kid its name, which another key may have had before
   * @param algorithms what it may be used with
   */
  record Key(String kid, Set<Algorithm> algorithms, PublicKey key) {
    /** Whether a token bears this key's signature. */
    boolean hasSigned(String token, Algorithm by) {
      int end = token.lastIndexOf('.');
      if (end == -1 || !algorithms.contains(by)) {
        return false;
      }
      try {
        Signature signature = by.signature();
        signature.initVerify(key);
        signature.update(token.substring(0, end).getBytes(US_ASCII));
        return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
      } catch (GeneralSecurityException | IllegalArgumentException _) {
        return false; // What is no signature at all.
      }
    }
  }

  /**
   * Reads a key set.
   *
   * @throws OidcFailure when it has no key that we take, or too many
   */
  static OidcKeys of(JsonObject keySet) throws OidcFailure {
    JsonArray listed = keySet.getValue("keys") instanceof JsonArray array ? array : new JsonArray();
    if (listed.size() > KEYS_MAX) {
      throw new OidcFailure("its key set has more than %d keys".formatted(KEYS_MAX));
    }
    List<Key> keys =
        listed.stream()
            .filter(JsonObject.class::isInstance)
            .flatMap(jwk -> key((JsonObject) jwk).stream())
            .toList();
    if (keys.isEmpty()) {
      throw new OidcFailure("its key set has no key that we take");
    }
    return new OidcKeys(keys);
  }

  List<Key> named(@Nullable Object kid) {
    return all.stream().filter(key -> key.kid().equals(kid)).toList();
  }

  /** A key that names no algorithm may be used with each that suits it. */
  private static Optional<Key> key(JsonObject jwk) {
    Set<Algorithm> algorithms =
        Arrays.stream(Algorithm.values())
            .filter(one -> one.keyType.equals(jwk.getValue("kty")))
            .filter(one -> one.name().equals(jwk.getValue("alg", one.name())))
            .collect(Collectors.toUnmodifiableSet());
    if (algorithms.isEmpty()
        || !"sig".equals(jwk.getValue("use", "sig"))
        || !(jwk.getValue("kid") instanceof String kid)) {
      return Optional.empty();
    }
    try {
      PublicKey key = algorithms.contains(Algorithm.ES256) ? elliptic(jwk) : rsa(jwk);
      return Optional.of(new Key(kid, algorithms, key));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static PublicKey rsa(JsonObject jwk) throws GeneralSecurityException {
    BigInteger modulus = number(jwk, "n");
    if (modulus.bitLength() < RSA_BITS_MIN || modulus.bitLength() > RSA_BITS_MAX) {
      throw new InvalidKeySpecException("too short or too long");
    }
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, number(jwk, "e")));
  }

  private static PublicKey elliptic(JsonObject jwk) throws GeneralSecurityException {
    if (!"P-256".equals(jwk.getValue("crv"))) {
      throw new InvalidKeySpecException("another curve");
    }
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(number(jwk, "x"), number(jwk, "y")),
                curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonObject jwk, String name) throws InvalidKeySpecException {
    if (!(jwk.getValue(name) instanceof String text)) {
      throw new InvalidKeySpecException("lacks " + name);
    }
    return new BigInteger(1, Base64.getUrlDecoder().decode(text));
  }
}
