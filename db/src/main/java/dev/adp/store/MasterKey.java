package dev.adp.store;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that wraps the data key of every secret. AES-256-GCM throughout: each value has a data
 * key of its own, each encryption a fresh 96-bit nonce, and the name of the value is bound as
 * associated data, so that ciphertexts cannot be swapped between rows.
 */
public final class MasterKey {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final String id;

  private MasterKey(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    this.id = fingerprint(key);
  }

  /**
   * @throws IllegalArgumentException when the text is not the base64 form of 32 bytes
   */
  public static MasterKey ofBase64(String text) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be 32 bytes in base64", e);
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("must be 32 bytes in base64");
    }
    return new MasterKey(key);
  }

  /** A new random key in the form that {@link #ofBase64} reads. */
  public static String generate() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Names the key without giving it away: stored beside everything that it wraps. */
  public String id() {
    return id;
  }

  /** A value at rest. */
  record Sealed(String keyId, Buffer wrappedKey, Buffer ciphertext) {}

  Sealed seal(String name, byte[] value) {
    byte[] dataKey = new byte[KEY_BYTES];
    RANDOM.nextBytes(dataKey);
    return new Sealed(
        id,
        Buffer.buffer(encrypt(key, associated("key", name), dataKey)),
        Buffer.buffer(
            encrypt(new SecretKeySpec(dataKey, "AES"), associated("value", name), value)));
  }

  /**
   * @throws IllegalStateException when the value was sealed by another key or under another name
   */
  byte[] open(String name, Sealed sealed) {
    byte[] dataKey = decrypt(key, associated("key", name), sealed.wrappedKey().getBytes());
    return decrypt(
        new SecretKeySpec(dataKey, "AES"),
        associated("value", name),
        sealed.ciphertext().getBytes());
  }

  /**
   * The same value, its data key wrapped by another master key; the ciphertext stays.
   *
   * @throws IllegalStateException as {@link #open}
   */
  Sealed wrapAnew(String name, Sealed sealed, MasterKey by) {
    byte[] dataKey = decrypt(key, associated("key", name), sealed.wrappedKey().getBytes());
    return new Sealed(
        by.id,
        Buffer.buffer(encrypt(by.key, associated("key", name), dataKey)),
        sealed.ciphertext());
  }

  private static byte[] associated(String part, String name) {
    return ("adp:" + part + ":" + name).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] encrypt(SecretKeySpec key, byte[] associated, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, associated);
      byte[] sealed = new byte[NONCE_BYTES + cipher.getOutputSize(plain.length)];
      System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
      cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not available", e);
    }
  }

  static byte[] decrypt(SecretKeySpec key, byte[] associated, byte[] sealed) {
    if (sealed.length < NONCE_BYTES) {
      throw cannotBeOpened(null);
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, associated)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw cannotBeOpened(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not available", e);
    }
  }

  private static IllegalStateException cannotBeOpened(@Nullable Exception cause) {
    return new IllegalStateException(
        "a stored value cannot be opened: the master key is another one, or the row was altered",
        cause);
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }

  private static String fingerprint(byte[] key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  ("adp master key:" + HexFormat.of().formatHex(key))
                      .getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  @Override
  public String toString() {
    return "MasterKey[" + id + "]";
  }
}
