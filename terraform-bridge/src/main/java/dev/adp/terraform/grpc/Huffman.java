package dev.adp.terraform.grpc;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The code of RFC 7541, appendix B. It is canonical: codes of one length are successive numbers in
 * the order of their symbols, so that the lengths alone define it and no tree is built.
 */
final class Huffman {
  private static final int SYMBOLS = 257;
  private static final int END_OF_STRING = 256;
  private static final int CODE_BITS_MAX = 30;
  private static final int PADDING_BITS_MAX = 7;

  /** Length of each symbol's code, in bits; the last is that of the end. */
  private static final byte[] BITS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
    6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23,
    23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20,
    22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22,
    22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26,
    27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
    25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30
  };

  /** How many codes there are of each length. */
  private static final int[] COUNT = new int[CODE_BITS_MAX + 1];

  /** All symbols, by the length of their codes and then by their number. */
  private static final short[] ORDERED = new short[SYMBOLS];

  static {
    for (byte bits : BITS) {
      COUNT[bits]++;
    }
    var next = new int[CODE_BITS_MAX + 1];
    for (int bits = 1; bits <= CODE_BITS_MAX; bits++) {
      next[bits] = next[bits - 1] + COUNT[bits - 1];
    }
    for (short symbol = 0; symbol < SYMBOLS; symbol++) {
      ORDERED[next[BITS[symbol]]++] = symbol;
    }
  }

  private Huffman() {}

  /**
   * Reads a string.
   *
   * @return nothing if it is not coded as it must be
   */
  static Optional<String> decode(byte[] bytes, int start, int length) {
    var text = new byte[length * 8 / 5]; // The shortest codes have five bits.
    int size = 0;
    int code = 0;
    int first = 0; // The first code of the length that has been reached, …
    int index = 0; // … and which symbol that is.
    int bits = 0;
    boolean onlyOnes = true;
    for (int i = start * 8; i < (start + length) * 8; i++) {
      int bit = (bytes[i >> 3] >> (7 - (i & 7))) & 1;
      onlyOnes &= bit == 1;
      code = (code << 1) | bit;
      first <<= 1;
      bits++;
      int count = COUNT[bits]; // Thirty ones are a code, so it never gets longer than that.
      if (code - first < count) {
        int symbol = ORDERED[index + code - first];
        if (symbol == END_OF_STRING) {
          return Optional.empty();
        }
        text[size++] = (byte) symbol;
        code = 0;
        first = 0;
        index = 0;
        bits = 0;
        onlyOnes = true;
      } else {
        first += count;
        index += count;
      }
    }
    // The last octet is filled up with ones, and there is no octet more.
    return bits <= PADDING_BITS_MAX && onlyOnes
        ? Optional.of(new String(text, 0, size, StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }
}
