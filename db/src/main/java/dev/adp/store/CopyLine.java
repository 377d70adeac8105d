package dev.adp.store;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A row as a line of COPY. It is turned from one text into the other as it goes by; a tree is made
 * only of a row that has anything but plain texts, whole numbers and truth values.
 */
final class CopyLine {
  /** The columns of {@code usage_record} in their order, which is that of the line. */
  static final List<String> COLUMNS =
      RowColumns.NAMES.stream().filter(name -> !name.equals(UsageJson.COUNTS_ONCE)).toList();

  private static final String NULL = "\\N";
  private static final byte[] NULL_BYTES = NULL.getBytes(StandardCharsets.US_ASCII);

  /** So many characters fit into a number, whatever they are. */
  private static final int DIGITS_MAX = 18;

  private static final int CHARS = 1_024;

  /** What stands for a column that a row does not have. */
  private static final byte[][] ABSENT =
      COLUMNS.stream()
          .map(CopyLine::whenAbsent)
          .map(text -> text.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private final RowColumns found = new RowColumns();
  private final ByteText text = new ByteText(CHARS);

  /** Where each value begins; behind the last of them, where another would. */
  private final int[] starts = new int[ABSENT.length + 1];

  private static String whenAbsent(String column) {
    return column.equals("connection_test") // Builds of before did not know it.
        ? "false"
        : UsageJson.whenAbsent(column).map(Object::toString).orElse(NULL);
  }

  /** The place of a column in the line. */
  static int place(String column) {
    int place = COLUMNS.indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException("no column " + column);
    }
    return place;
  }

  /**
   * Becomes the line of a row.
   *
   * @throws io.vertx.core.json.DecodeException when the row is no record
   */
  void set(JournalRow row) {
    text.clear();
    boolean plain = found.find(row);
    JsonObject tree = plain ? new JsonObject() : new JsonObject(row.text());
    for (int column = 0; column < ABSENT.length; column++) {
      starts[column] = text.length();
      if (!plain) {
        Object value = tree.getValue(COLUMNS.get(column));
        text.append(value == null ? ABSENT[column] : bytes(value));
      } else if (found.has(column)) {
        text.append(row.bytes(), found.from(column), found.to(column));
      } else {
        text.append(ABSENT[column]);
      }
      text.append(column == ABSENT.length - 1 ? '\n' : '\t');
    }
    starts[ABSENT.length] = text.length();
  }

  private static byte[] bytes(Object value) {
    return value
        .toString()
        .replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The line is the first {@link #length} of these. */
  byte[] bytes() {
    return text.bytes();
  }

  int length() {
    return text.length();
  }

  /** Where the value of a column begins. */
  int from(int place) {
    return starts[place];
  }

  /** Behind the value of a column. */
  int to(int place) {
    return starts[place + 1] - 1;
  }

  /** Whether a column has this value. */
  boolean is(int place, byte[] value) {
    return Arrays.equals(text.bytes(), from(place), to(place), value, 0, value.length);
  }

  /** Whether a column has no value. */
  boolean isNull(int place) {
    return is(place, NULL_BYTES);
  }

  /**
   * A whole number.
   *
   * @throws NumberFormatException when it is none, or more than fits
   */
  long number(int place) {
    byte[] bytes = text.bytes();
    int from = from(place);
    int to = to(place);
    if (to - from > DIGITS_MAX) {
      return Long.parseLong(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }
    int first = bytes[from] == '-' ? from + 1 : from;
    long value = 0;
    for (int at = first; at < to; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        throw new NumberFormatException("no whole number");
      }
      value = 10 * value + bytes[at] - '0';
    }
    return first == from ? value : -value;
  }
}
