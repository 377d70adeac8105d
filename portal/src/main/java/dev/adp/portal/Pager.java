package dev.adp.portal;

import java.util.ArrayList;
import java.util.List;

/** Where in a long list a page is; pages count from one. */
public record Pager(int page, int size, long total, String noun, Format format) {
  private static final int NEIGHBOURS = 1;

  public int pages() {
    return (int) Math.max(1, (total + size - 1) / size);
  }

  /** Rows before this page. */
  int offset() {
    return (page - 1) * size;
  }

  /** "1–10 of 23 providers". */
  public String range() {
    long first = Math.min(total, (page - 1L) * size + 1);
    long last = Math.min(total, (long) page * size);
    return "%s–%s of %s"
        .formatted(format.count(first), format.count(last), format.count(total, noun));
  }

  /** The first page, the last, and those around this one; zero stands for what is left out. */
  public List<Integer> numbers() {
    var numbers = new ArrayList<Integer>();
    int before = 0;
    for (int number = 1; number <= pages(); number++) {
      if (number == 1 || number == pages() || Math.abs(number - page) <= NEIGHBOURS) {
        if (number - before > 1) {
          numbers.add(number - before == 2 ? number - 1 : 0);
        }
        numbers.add(number);
        before = number;
      }
    }
    return numbers;
  }
}
