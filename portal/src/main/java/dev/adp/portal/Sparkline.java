package dev.adp.portal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A line over equal steps of time, drawn on the server: no script, no inline style.
 *
 * @param line path of the line
 * @param area path of what lies below it
 * @param flat whether every value is zero
 */
public record Sparkline(String line, String area, boolean flat, int width, int height) {
  private static final double TOP_PX = 2.5;
  private static final double BOTTOM_PX = 1.8;
  private static final int CELL_WIDTH_PX = 72;
  private static final int CELL_HEIGHT_PX = 22;
  private static final int WIDE_WIDTH_PX = 240;
  private static final int WIDE_HEIGHT_PX = 36;

  /** For a table cell. */
  public static Sparkline cell(List<Long> values) {
    return of(values, CELL_WIDTH_PX, CELL_HEIGHT_PX);
  }

  /** For a card of its own. */
  public static Sparkline wide(List<Long> values) {
    return of(values, WIDE_WIDTH_PX, WIDE_HEIGHT_PX);
  }

  private static Sparkline of(List<Long> values, int width, int height) {
    long most = values.stream().mapToLong(Long::longValue).max().orElse(0);
    double bottom = height - BOTTOM_PX;
    if (most == 0) {
      return new Sparkline("M0 " + px(bottom) + "H" + width, "", true, width, height);
    }
    var line = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      double x = values.size() == 1 ? 0 : (double) i * width / (values.size() - 1);
      double y = bottom - (bottom - TOP_PX) * values.get(i) / most;
      line.append(i == 0 ? 'M' : 'L').append(px(x)).append(' ').append(px(y));
    }
    String area = line + "L" + width + " " + height + "L0 " + height + "Z";
    return new Sparkline(line.toString(), area, false, width, height);
  }

  public String viewBox() {
    return "0 0 " + width + " " + height;
  }

  private static String px(double n) {
    return BigDecimal.valueOf(n)
        .setScale(1, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
