package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Field;

/** Where in a row of the journal the value of each column is. */
final class RowColumns {
  /** The columns of {@code usage_incoming}, in its order: those of the table, and one more. */
  static final List<String> NAMES =
      Stream.concat(
              Stream.of(USAGE_RECORD.fields()).map(Field::getName),
              Stream.of(UsageJson.COUNTS_ONCE))
          .toList();

  private static final byte[][] NAME_BYTES =
      NAMES.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private final int[] from = new int[NAMES.size()];
  private final int[] to = new int[NAMES.size()];
  private final boolean[] quoted = new boolean[NAMES.size()];

  /** Whether the row has the column. */
  boolean has(int column) {
    return from[column] >= 0;
  }

  /** Where the value begins, a text without its quote. */
  int from(int column) {
    return from[column];
  }

  /** Behind the value, a text without its quote. */
  int to(int column) {
    return to[column];
  }

  /** Whether it is a text. */
  boolean isText(int column) {
    return quoted[column];
  }

  /**
   * Finds the values of a row.
   *
   * @return whether they can be taken as they are: nothing is nested, escaped or there twice
   */
  boolean find(JournalRow row) {
    byte[] bytes = row.bytes();
    Arrays.fill(from, -1);
    int at = row.start();
    int column = -1;
    if (row.length() < 2 || bytes[at] != '{' || bytes[row.end() - 1] != '}') {
      return false;
    }
    do {
      at++; // What opens the object, or parts its members.
      int name = at + 1;
      int behindName = bytes[at] == '"' ? endOfText(bytes, name, row.end()) : -1;
      if (behindName < 0 || behindName + 2 >= row.end() || bytes[behindName + 1] != ':') {
        return false;
      }
      column = column(bytes, name, behindName, column + 1);
      at = behindName + 2;
      if (column < 0 || from[column] >= 0) {
        return false;
      }
      at = value(bytes, at, row.end(), column);
      if (at < 0) {
        return false;
      }
    } while (bytes[at] == ',');
    return at == row.end() - 1;
  }

  /**
   * Returns what comes behind the value, within the row, or -1 for one that needs a closer look.
   */
  private int value(byte[] bytes, int at, int end, int column) {
    quoted[column] = bytes[at] == '"';
    from[column] = quoted[column] ? at + 1 : at;
    to[column] = quoted[column] ? endOfText(bytes, at + 1, end) : endOfPlain(bytes, at, end);
    int behind = quoted[column] ? to[column] + 1 : to[column];
    return to[column] < 0 || behind >= end ? -1 : behind;
  }

  /** The quote that ends a text, or -1 if something is escaped before. */
  private static int endOfText(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at < end && bytes[at] == '"' ? at : -1;
  }

  /** Behind a whole number, true or false; -1 for anything else. */
  private static int endOfPlain(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != ',' && bytes[at] != '}') {
      at++;
    }
    return isNumber(bytes, from, at)
            || Arrays.equals(bytes, from, at, TRUE, 0, TRUE.length)
            || Arrays.equals(bytes, from, at, FALSE, 0, FALSE.length)
        ? at
        : -1;
  }

  private static boolean isNumber(byte[] bytes, int from, int to) {
    int first = from < to && bytes[from] == '-' ? from + 1 : from;
    int at = first;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at == to && at > first;
  }

  /**
   * The place of a column, or -1.
   *
   * @param guess the place that it probably has: rows have their columns in one order
   */
  private static int column(byte[] bytes, int from, int to, int guess) {
    for (int i = 0; i < NAME_BYTES.length; i++) {
      int column = (guess + i) % NAME_BYTES.length;
      byte[] name = NAME_BYTES[column];
      if (Arrays.equals(bytes, from, to, name, 0, name.length)) {
        return column;
      }
    }
    return -1;
  }
}
