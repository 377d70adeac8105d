package dev.adp.terraform.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a header block. It refers to the static table and remembers nothing, so that blocks may be
 * made in any order and by any thread.
 */
final class HeaderBlock {
  /** What a block begins with to tell the client that our table is empty and stays so. */
  static final int TABLE_OF_SIZE_0 = 0x20;

  private static final int INDEXED = 0x80;
  private static final int STRING_LENGTH_BITS = 7;
  private static final int NAME_INDEX_BITS = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

  HeaderBlock status200() {
    bytes.write(INDEXED | StaticTable.STATUS);
    return this;
  }

  /** With a name out of the static table. */
  HeaderBlock add(int name, String value) {
    integer(name, NAME_INDEX_BITS);
    string(value);
    return this;
  }

  /** With a name in small letters. */
  HeaderBlock add(String name, String value) {
    bytes.write(0);
    string(name);
    string(value);
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private void string(String text) {
    integer(text.length(), STRING_LENGTH_BITS);
    bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void integer(int value, int prefixBits) {
    int mask = (1 << prefixBits) - 1;
    if (value < mask) {
      bytes.write(value);
      return;
    }
    bytes.write(mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      bytes.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
  }
}
