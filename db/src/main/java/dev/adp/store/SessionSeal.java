package dev.adp.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what belongs to one session by the session's own token: the database, which has only a hash
 * of it, cannot be made to tell.
 */
final class SessionSeal {
  private static final byte[] NAME = "adp:id-token".getBytes(UTF_8);

  private SessionSeal() {}

  static byte[] seal(String sessionToken, String text) {
    return MasterKey.encrypt(key(sessionToken), NAME, text.getBytes(UTF_8));
  }

  /**
   * @throws IllegalStateException when it was sealed by another token
   */
  static String open(String sessionToken, byte[] sealed) {
    return new String(MasterKey.decrypt(key(sessionToken), NAME, sealed), UTF_8);
  }

  /** Not the hash that is stored: the two are made of different texts. */
  private static SecretKeySpec key(String sessionToken) {
    return new SecretKeySpec(Passwords.fastHash("seal:" + sessionToken), "AES");
  }
}
