package dev.adp.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Texts of callers and upstreams as usage keeps them. They can be of any length and content; the
 * roll-ups' key holds several of them and may not grow beyond what the database takes.
 */
public final class RecordedText {
  /** What is kept of a text at most, in bytes of UTF-8. */
  public static final int BYTES_MAX = 512;

  private static final int UTF8_BYTES_MAX = 3; // Of a char; two chars that are a pair have four.
  private static final int DIGEST_BYTES = 8;
  private static final String CUT = "…";
  private static final int MARK_BYTES = UTF8_BYTES_MAX + 2 * DIGEST_BYTES;

  private RecordedText() {}

  /**
   * The text itself, cleared of what no column takes. One that is too long is cut and marked by an
   * ellipsis and a digest of all of it: the same text always becomes the same, different ones stay
   * different.
   */
  public static String of(String text) {
    String cleared = cleared(text);
    if (cleared.length() > BYTES_MAX / UTF8_BYTES_MAX) {
      byte[] bytes = cleared.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > BYTES_MAX) {
        return cleared.substring(0, charsWithin(cleared, BYTES_MAX - MARK_BYTES))
            + CUT
            + digest(bytes);
      }
    }
    return cleared;
  }

  /** How many chars of a text fit into that many bytes, no pair cut in two. */
  private static int charsWithin(String text, int bytesMax) {
    int chars = 0;
    int bytes = 0;
    while (true) {
      int codePoint = text.codePointAt(chars);
      bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (bytes > bytesMax) {
        return chars;
      }
      chars += Character.charCount(codePoint);
    }
  }

  private static String cleared(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= Character.MIN_SURROGATE) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "\uFFFD");
      }
    }
    return text;
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
