package dev.adp.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What bytes of JSON may be, and where its texts end. */
final class JsonBytes {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGHEST = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * EACH;
  private static final long BACKSLASHES = '\\' * EACH;

  private JsonBytes() {}

  /** Whether a number, true, false or null may hold this byte. */
  static boolean isOfScalar(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || b == '-'
        || b == '+'
        || b == '.'
        || b == 'E';
  }

  /** Whether a list or an object may hold this byte outside of its texts; NaN is read as well. */
  static boolean isBetween(byte b) {
    return b == ',' || b == ':' || isSpace(b) || isOfScalar(b) || (b >= 'A' && b <= 'Z');
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /**
   * Where the next quote or backslash is, or else the end: eight bytes at a time, since most of a
   * large body is text that nobody looks into.
   */
  static int endOfPlainText(byte[] bytes, int from) {
    int i = from;
    while (i <= bytes.length - Long.BYTES && !endsPlainText((long) EIGHT.get(bytes, i))) {
      i += Long.BYTES;
    }
    while (i < bytes.length && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /** Whether one of eight bytes ends plain text: the difference has a byte of zero then. */
  private static boolean endsPlainText(long eight) {
    long quotes = eight ^ QUOTES;
    long backslashes = eight ^ BACKSLASHES;
    return ((((quotes - EACH) & ~quotes) | ((backslashes - EACH) & ~backslashes)) & HIGHEST) != 0;
  }
}
