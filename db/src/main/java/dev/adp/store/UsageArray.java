package dev.adp.store;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows as the text of an array of {@code usage_incoming}, which the database reads several times
 * faster than JSON. They are turned from one text into the other as they go by; a tree is made only
 * of a row that has anything but plain texts, whole numbers and truth values.
 */
final class UsageArray {
  private static final int ROW_BYTES = 400;

  /** What stands for a column that a row does not have; nothing at all stands for null. */
  private static final byte[][] ABSENT =
      RowColumns.NAMES.stream()
          .map(UsageJson::whenAbsent)
          .map(value -> value.map(UsageArray::value).orElse(""))
          .map(text -> text.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final byte[] QUOTE = "\\\"".getBytes(StandardCharsets.US_ASCII);

  private final ByteText text;
  private final RowColumns found = new RowColumns();

  private UsageArray(int rows) {
    text = new ByteText(rows * ROW_BYTES + 2);
  }

  static String of(List<JournalRow> rows) {
    var array = new UsageArray(rows.size());
    for (JournalRow row : rows) {
      array.add(row);
    }
    return array.text.append('}').toString();
  }

  private void add(JournalRow row) {
    text.append(text.length() == 0 ? '{' : ',').append('"').append('(');
    if (found.find(row)) {
      columns(row);
    } else {
      columns(new JsonObject(row.text()));
    }
    text.append(')').append('"');
  }

  private void columns(JournalRow row) {
    for (int column = 0; column < ABSENT.length; column++) {
      if (column > 0) {
        text.append(',');
      }
      if (!found.has(column)) {
        text.append(ABSENT[column]);
      } else if (found.isText(column)) {
        text.append(QUOTE).append(row.bytes(), found.from(column), found.to(column)).append(QUOTE);
      } else {
        text.append(row.bytes(), found.from(column), found.to(column));
      }
    }
  }

  private void columns(JsonObject row) {
    for (int column = 0; column < ABSENT.length; column++) {
      if (column > 0) {
        text.append(',');
      }
      Object value = row.getValue(RowColumns.NAMES.get(column));
      text.append(value == null ? ABSENT[column] : value(value).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A text in a row in an array has quotes of both. */
  private static String value(Object value) {
    if (!(value instanceof String text)) {
      return value.toString();
    }
    return "\\\"" + text.replace("\\", "\\\\\\\\").replace("\"", "\\\\\\\"") + "\\\"";
  }
}
