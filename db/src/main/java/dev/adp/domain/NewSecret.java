package dev.adp.domain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A secret on its way into the store. Its text form never shows the value. */
public final class NewSecret {
  public static final int VALUE_BYTES_MAX = 65_536;

  private final SecretRef name;
  private final byte[] value;

  /**
   * @throws Failure.Invalid when the value is blank or larger than 64 KiB
   */
  public NewSecret(SecretRef name, byte[] value) {
    new Violations()
        .check(!isBlank(value), "secret_data", "must not be empty")
        .check(value.length <= VALUE_BYTES_MAX, "secret_data", "must have at most 65536 bytes")
        .throwIfAny();
    this.name = name;
    this.value = value.clone();
  }

  /** No upstream has such a key; it is a slip of whoever pasted it. */
  private static boolean isBlank(byte[] value) {
    for (byte b : value) {
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  public static NewSecret ofText(SecretRef name, String value) {
    return new NewSecret(name, value.getBytes(StandardCharsets.UTF_8));
  }

  public SecretRef name() {
    return name;
  }

  public byte[] value() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NewSecret that
        && name.equals(that.name)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "NewSecret[" + name + ", ***]";
  }
}
