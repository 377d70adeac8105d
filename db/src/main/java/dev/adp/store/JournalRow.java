package dev.adp.store;

import java.nio.charset.StandardCharsets;

/**
 * A record as the journal has it, which is a {@link UsageJson}: so many bytes of a piece that was
 * read. Much waits where the database is slow, and thus costs little more than the memory of the
 * piece.
 */
final class JournalRow {
  private final JournalText piece;
  private final int start;
  private final int end;

  /**
   * @param piece that it is a part of
   * @param start of the row in it
   * @param end behind the row
   */
  JournalRow(JournalText piece, int start, int end) {
    this.piece = piece;
    this.start = start;
    this.end = end;
  }

  /** A row by itself. */
  static JournalRow of(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new JournalRow(new JournalText(bytes), 0, bytes.length);
  }

  /** The piece that it is a part of. */
  byte[] bytes() {
    return piece.bytes();
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  int length() {
    return end - start;
  }

  String text() {
    return new String(bytes(), start, length(), StandardCharsets.UTF_8);
  }

  /** Whether these bytes are anywhere in it. */
  boolean contains(byte[] some) {
    byte[] bytes = bytes();
    for (int i = start; i <= end - some.length; i++) {
      int matching = 0;
      while (matching < some.length && bytes[i + matching] == some[matching]) {
        matching++;
      }
      if (matching == some.length) {
        return true;
      }
    }
    return false;
  }
}
