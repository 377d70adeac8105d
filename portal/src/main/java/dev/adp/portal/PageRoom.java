package dev.adp.portal;

import dev.adp.portal.SaidPart.Shown;

/** How much HTML a page still has room for: messages may be megabytes, a page may not. */
final class PageRoom {
  private static final int TEXT_CHARS_MAX = 2_000;

  private int left;

  /** Makes room for more bytes of HTML. */
  void grant(int bytes) {
    left += bytes;
  }

  /**
   * Takes room for the elements around a text.
   *
   * @return whether there was some
   */
  boolean take(int bytes) {
    boolean there = left > 0;
    left -= there ? bytes : 0;
    return there;
  }

  /** As much of a text as there is room for. */
  Shown of(String text) {
    int end = 0;
    int limit = Math.min(text.length(), TEXT_CHARS_MAX);
    while (end < limit && left > 0) {
      int codePoint = text.codePointAt(end);
      left -= bytes(codePoint);
      end += Character.charCount(codePoint);
    }
    return new Shown(text.substring(0, end), text.length());
  }

  /** What a character may become in HTML and UTF-8. */
  private static int bytes(int codePoint) {
    return switch (codePoint) {
      case '&', '<', '>', '"', '\'' -> 6;
      default -> codePoint < 0x80 ? 1 : 4;
    };
  }
}
