package dev.adp.gateway;

/** What bytes of JSON may be, outside of its texts. */
final class JsonBytes {
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
}
