package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SIGNING_KEY;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jooq.JSONB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys that sign our tokens: private halves sealed like secrets, public halves as JWKs. */
public final class SigningKeys {
  /** The longest that a token lives. */
  public static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

  /** How far the clocks of two instances may be apart. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** What the name of a key is sealed under begins with. */
  static final String SEALED_AS = "signing-key/";

  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
  private static final int RSA_BITS = 2048;

  private final Queries queries;
  private final MasterKeys masterKeys;

  SigningKeys(Queries queries, MasterKeys masterKeys) {
    this.queries = queries;
    this.masterKeys = masterKeys;
  }

  /**
   * A key pair for RS256.
   *
   * @param privatePem PKCS #8, in memory only; empty when this process cannot open it
   * @param signsFrom when it takes over from its predecessor
   */
  public record SigningKey(
      String kid, JsonObject publicJwk, Optional<String> privatePem, Instant signsFrom) {
    @Override
    public String toString() {
      return "SigningKey[" + kid + ", ***]";
    }
  }

  /** All keys of one moment, the one that takes over last first. Never empty once started. */
  public record Ring(List<SigningKey> keys) {
    static final Ring NONE = new Ring(List.of());

    public Ring {
      keys = keys.stream().sorted(Comparator.comparing(SigningKey::signsFrom).reversed()).toList();
    }

    /** The key that signs now, as far as this process can sign. */
    public SigningKey signing(Instant now) {
      return keys.stream()
          .filter(key -> key.privatePem().isPresent() && !key.signsFrom().isAfter(now))
          .findFirst()
          .orElseGet(keys::getLast);
    }

    /** The keys to publish: those to come, the one that signs, and those with living tokens. */
    public List<SigningKey> published(Instant now) {
      return keys.stream().filter(key -> lives(keys.indexOf(key), now)).toList();
    }

    /** Whether a token that names this key may still be good; asked with every call. */
    public boolean verifies(String kid, Instant now) {
      for (int place = 0; place < keys.size(); place++) {
        if (keys.get(place).kid().equals(kid)) {
          return lives(place, now);
        }
      }
      return false;
    }

    /** Keys that no living token can name. */
    List<SigningKey> ended(Instant now) {
      return keys.stream().filter(key -> !published(now).contains(key)).toList();
    }

    /** Until the last token of a key has expired; the newest has no end. */
    private boolean lives(int place, Instant now) {
      return place == 0
          || now.isBefore(keys.get(place - 1).signsFrom().plus(TOKEN_LIFETIME).plus(CLOCK_SKEW));
    }
  }

  Ring load() {
    return load(Ring.NONE);
  }

  /**
   * @param known keys that were opened before need not be opened again
   */
  Ring load(Ring known) {
    return new Ring(queries.list(sql.selectFrom(SIGNING_KEY), row -> read(row, known)));
  }

  private SigningKey read(Row row, Ring known) {
    String kid = row.getString("kid");
    Optional<String> privatePem =
        known.keys().stream()
            .filter(key -> key.kid().equals(kid))
            .findFirst()
            .flatMap(SigningKey::privatePem)
            .or(() -> open(kid, row));
    return new SigningKey(
        kid, row.getJsonObject("public_jwk"), privatePem, Times.read(row, "signs_from"));
  }

  /** A key that cannot be opened still checks what others have signed. */
  private Optional<String> open(String kid, Row row) {
    try {
      byte[] pem =
          masterKeys.open(
              SEALED_AS + kid,
              new MasterKey.Sealed(
                  row.getString("key_id"),
                  row.getBuffer("wrapped_key"),
                  row.getBuffer("ciphertext")));
      return Optional.of(new String(pem, StandardCharsets.US_ASCII));
    } catch (IllegalStateException e) {
      LOG.error("signing key {} cannot be used", kid, e);
      return Optional.empty();
    }
  }

  /**
   * Adds a key.
   *
   * @param replaces name of the key that it takes over from; each is replaced once
   * @return its name
   */
  static String insertNew(
      Database.Tx tx,
      MasterKeys masterKeys,
      Clock clock,
      Instant signsFrom,
      Optional<String> replaces) {
    KeyPair pair = generate();
    String kid = Passwords.random().substring(0, 16);
    MasterKey.Sealed sealed =
        masterKeys.seal(tx, SEALED_AS + kid, pem(pair).getBytes(StandardCharsets.US_ASCII));
    tx.execute(
        sql.insertInto(SIGNING_KEY)
            .set(SIGNING_KEY.KID, kid)
            .set(SIGNING_KEY.PUBLIC_JWK, JSONB.jsonb(jwk(kid, pair).encode()))
            .set(SIGNING_KEY.KEY_ID, sealed.keyId())
            .set(SIGNING_KEY.WRAPPED_KEY, sealed.wrappedKey().getBytes())
            .set(SIGNING_KEY.CIPHERTEXT, sealed.ciphertext().getBytes())
            .set(SIGNING_KEY.CREATED_AT, Times.now(clock))
            .set(SIGNING_KEY.SIGNS_FROM, Times.of(signsFrom))
            .set(SIGNING_KEY.REPLACES, replaces.orElse(null)));
    return kid;
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("RSA is not available", e);
    }
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static JsonObject jwk(String kid, KeyPair pair) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return new JsonObject()
        .put("kty", "RSA")
        .put("use", "sig")
        .put("alg", "RS256")
        .put("kid", kid)
        .put("n", unsigned(key.getModulus()))
        .put("e", unsigned(key.getPublicExponent()));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }
}
