package dev.adp.portal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A table of models that is too long for a page, a part at a time. What a part does not show stays
 * in the form as text, so that it is saved, too.
 */
final class LongTable {
  /** A row of the table without its name, which it has so many times. */
  private static final int ROW_BYTES = 500;

  private static final int ROW_NAMES = 6;
  private static final int TABLE_BYTES_MAX = 60_000;
  private static final int ROWS_MIN = 10;

  private LongTable() {}

  /**
   * Which part is shown.
   *
   * @param page counts from one
   * @param model the one that must be in it when the table has it
   */
  record Place(int page, String model) {
    static Place of(String model) {
      return new Place(1, model);
    }

    static Place page(int number) {
      return new Place(number, "");
    }
  }

  /** Whether a table of these models would be too much for a page. */
  static boolean isTooLong(Stream<String> names) {
    return names.mapToInt(LongTable::bytes).sum() > TABLE_BYTES_MAX;
  }

  private static int bytes(String name) {
    return ROW_BYTES + ROW_NAMES * length(name);
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** One part of a table. */
  static Picker part(Picker whole, Place place, Format format) {
    List<ModelRow> rows = whole.groups().stream().flatMap(group -> group.rows().stream()).toList();
    int size = size(rows);
    int found = rows.stream().map(ModelRow::name).toList().indexOf(place.model());
    int last = Math.max(1, (rows.size() + size - 1) / size);
    int number = found < 0 ? Math.clamp(place.page(), 1, last) : found / size + 1;
    var pager = new Pager(number, size, rows.size(), "model", format);
    int from = pager.offset();
    int to = Math.min(from + size, rows.size());
    List<ModelRow> before = rows.subList(0, from);
    List<ModelRow> after = rows.subList(to, rows.size());
    var unseen =
        new Picker.Unseen(
            selected(before),
            selected(after),
            Stream.concat(before.stream(), after.stream())
                .flatMap(row -> row.overrides().stream())
                .toList(),
            pager);
    return whole.part(cut(whole.groups(), from, to), unseen);
  }

  /** As many rows as leave room for the text of the others. */
  private static int size(List<ModelRow> rows) {
    int table = rows.stream().mapToInt(row -> bytes(row.name())).sum();
    int text =
        rows.stream()
            .flatMap(row -> Stream.concat(Stream.of(row.name()), row.overrides().stream()))
            .mapToInt(line -> length(line) + 1)
            .sum();
    int average = Math.max(1, table / Math.max(1, rows.size()));
    return Math.max(ROWS_MIN, (TABLE_BYTES_MAX - text) / average);
  }

  private static List<String> selected(List<ModelRow> rows) {
    return rows.stream().filter(ModelRow::selected).map(ModelRow::name).toList();
  }

  /** The groups with the rows from one place to another, counted through all of them. */
  private static List<Picker.Group> cut(List<Picker.Group> groups, int from, int to) {
    var parts = new ArrayList<Picker.Group>();
    int start = 0;
    for (Picker.Group group : groups) {
      int size = group.rows().size();
      int first = Math.clamp(from - start, 0, size);
      int end = Math.clamp(to - start, 0, size);
      if (first < end) {
        parts.add(group.with(group.rows().subList(first, end)));
      }
      start += size;
    }
    return parts;
  }
}
