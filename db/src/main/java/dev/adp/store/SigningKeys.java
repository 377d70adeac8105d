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
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jooq.JSONB;

/** The keys that sign our tokens: private halves sealed like secrets, public halves as JWKs. */
public final class SigningKeys {
  private static final int RSA_BITS = 2048;

  private final Database database;
  private final MasterKey masterKey;

  public SigningKeys(Database database, MasterKey masterKey) {
    this.database = database;
    this.masterKey = masterKey;
  }

  /**
   * A key pair for RS256.
   *
   * @param privatePem PKCS #8, in memory only
   */
  public record SigningKey(String kid, JsonObject publicJwk, String privatePem) {
    @Override
    public String toString() {
      return "SigningKey[" + kid + ", ***]";
    }
  }

  /**
   * All keys, the newest, which signs, first. For the token endpoint, which acts for nobody yet.
   */
  public List<SigningKey> load() {
    return database.list(
        sql.selectFrom(SIGNING_KEY).orderBy(SIGNING_KEY.CREATED_AT.desc()), this::read);
  }

  private SigningKey read(Row row) {
    String kid = row.getString("kid");
    byte[] pem =
        masterKey.open(
            "signing-key/" + kid,
            new MasterKey.Sealed(
                row.getString("key_id"),
                row.getBuffer("wrapped_key"),
                row.getBuffer("ciphertext")));
    return new SigningKey(
        kid, row.getJsonObject("public_jwk"), new String(pem, StandardCharsets.US_ASCII));
  }

  /** Makes the first key. */
  static void insertNew(Database.Tx tx, MasterKey masterKey, Clock clock) {
    KeyPair pair = generate();
    String kid = Passwords.random().substring(0, 16);
    MasterKey.Sealed sealed =
        masterKey.seal("signing-key/" + kid, pem(pair).getBytes(StandardCharsets.US_ASCII));
    tx.execute(
        sql.insertInto(SIGNING_KEY)
            .set(SIGNING_KEY.KID, kid)
            .set(SIGNING_KEY.PUBLIC_JWK, JSONB.jsonb(jwk(kid, pair).encode()))
            .set(SIGNING_KEY.KEY_ID, sealed.keyId())
            .set(SIGNING_KEY.WRAPPED_KEY, sealed.wrappedKey().getBytes())
            .set(SIGNING_KEY.CIPHERTEXT, sealed.ciphertext().getBytes())
            .set(SIGNING_KEY.CREATED_AT, Times.now(clock)));
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
