package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Field;

/**
 * Rows as the text of an array of {@code usage_incoming}, which the database reads several times
 * faster than JSON. They are turned from one text into the other as they go by; a tree is made only
 * of a row that has anything but plain texts, whole numbers and truth values.
 */
final class UsageArray {
  private static final int ROW_BYTES = 400;

  /** The columns of {@code usage_incoming}, in its order. */
  private static final List<String> COLUMNS =
      Stream.concat(
              Stream.of(USAGE_RECORD.fields()).map(Field::getName),
              Stream.of(UsageJson.COUNTS_ONCE))
          .toList();

  private static final byte[][] NAMES =
      COLUMNS.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

  /** What stands for a column that a row does not have; nothing at all stands for null. */
  private static final byte[][] ABSENT =
      COLUMNS.stream()
          .map(UsageJson::whenAbsent)
          .map(value -> value.map(UsageArray::value).orElse(""))
          .map(text -> text.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final byte[] QUOTE = "\\\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private byte[] text;
  private int length;

  /** Where in a row the value of each column is, a text without its quotes. */
  private final int[] from = new int[NAMES.length];

  private final int[] to = new int[NAMES.length];
  private final boolean[] quoted = new boolean[NAMES.length];

  private UsageArray(int rows) {
    text = new byte[rows * ROW_BYTES + 2];
  }

  static String of(List<JournalRow> rows) {
    var array = new UsageArray(rows.size());
    for (JournalRow row : rows) {
      array.add(row);
    }
    array.append((byte) '}');
    return new String(array.text, 0, array.length, StandardCharsets.UTF_8);
  }

  private void add(JournalRow row) {
    append((byte) (length == 0 ? '{' : ','));
    append((byte) '"');
    append((byte) '(');
    if (finds(row)) {
      columns(row);
    } else {
      columns(new JsonObject(row.text()));
    }
    append((byte) ')');
    append((byte) '"');
  }

  private void columns(JournalRow row) {
    for (int column = 0; column < NAMES.length; column++) {
      if (column > 0) {
        append((byte) ',');
      }
      if (from[column] < 0) {
        append(ABSENT[column]);
      } else if (quoted[column]) {
        append(QUOTE);
        append(row.bytes(), from[column], to[column]);
        append(QUOTE);
      } else {
        append(row.bytes(), from[column], to[column]);
      }
    }
  }

  private void columns(JsonObject row) {
    for (int column = 0; column < NAMES.length; column++) {
      if (column > 0) {
        append((byte) ',');
      }
      Object value = row.getValue(COLUMNS.get(column));
      append(value == null ? ABSENT[column] : value(value).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A text in a row in an array has quotes of both. */
  private static String value(Object value) {
    if (!(value instanceof String text)) {
      return value.toString();
    }
    return "\\\"" + text.replace("\\", "\\\\\\\\").replace("\"", "\\\\\\\"") + "\\\"";
  }

  /**
   * Finds the values of a row.
   *
   * @return whether they can be taken as they are: nothing is nested, escaped or there twice
   */
  private boolean finds(JournalRow row) {
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
    for (int i = 0; i < NAMES.length; i++) {
      int column = (guess + i) % NAMES.length;
      byte[] name = NAMES[column];
      if (Arrays.equals(bytes, from, to, name, 0, name.length)) {
        return column;
      }
    }
    return -1;
  }

  private void append(byte b) {
    need(1);
    text[length++] = b;
  }

  private void append(byte[] some) {
    append(some, 0, some.length);
  }

  private void append(byte[] some, int start, int end) {
    need(end - start);
    System.arraycopy(some, start, text, length, end - start);
    length += end - start;
  }

  private void need(int more) {
    if (length + more > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
  }
}
