package dev.adp.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text in the making, in bytes. */
final class ByteText {
  private byte[] bytes;
  private int length;

  ByteText(int capacity) {
    bytes = new byte[capacity];
  }

  /** What it is in, from the first to {@link #length}; another array once it has grown. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  ByteText append(char ascii) {
    need(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  ByteText append(byte[] some) {
    return append(some, 0, some.length);
  }

  ByteText append(byte[] some, int from, int to) {
    need(to - from);
    System.arraycopy(some, from, bytes, length, to - from);
    length += to - from;
    return this;
  }

  ByteText append(String some) {
    return append(some.getBytes(StandardCharsets.UTF_8));
  }

  private void need(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
