package dev.adp.store;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;

/** How passwords are hashed (slowly) and how random credentials are made and hashed (quickly). */
final class Passwords {
  /** OWASP's second choice for Argon2id: 19 MiB, two passes, one lane. */
  private static final Argon2Function ARGON2 =
      Argon2Function.getInstance(19 * 1024, 2, 1, 32, Argon2.ID);

  private static final SecureRandom RANDOM = new SecureRandom();

  private Passwords() {}

  static String hash(String password) {
    return Password.hash(normal(password)).addRandomSalt(16).with(ARGON2).getResult();
  }

  static boolean matches(String password, String hash) {
    return Password.check(normal(password), hash).with(Argon2Function.getInstanceFromHash(hash));
  }

  /** The same letters are the same password, whichever keyboard and system they come from. */
  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  /** Takes as long as {@link #matches}: nobody can tell by the clock whether a user exists. */
  static void matchNobody(String password) {
    String _ = hash(password);
  }

  /** 256 random bits, URL-safe. */
  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Hash of a credential that is random already: a slow function would add nothing. */
  static byte[] fastHash(String random) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(random.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }
}
