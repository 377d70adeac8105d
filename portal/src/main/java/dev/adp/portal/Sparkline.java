package dev.adp.portal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A line over equal steps of time and the area below it, drawn on the server: no script, no inline
 * style.
 *
 * @param path one for both: what closes the area lies outside of the picture
 * @param flat whether every value is zero
 * @param stretched whether it takes the width of where it stands
 */
public record Sparkline(String path, boolean flat, boolean stretched, int width, int height) {
  private static final double TOP_PX = 2.5;
  private static final double BOTTOM_PX = 1.8;
  private static final int OUTSIDE_PX = 9;
  private static final int CELL_WIDTH_PX = 72;
  private static final int CELL_HEIGHT_PX = 22;
  private static final int WIDE_WIDTH_PX = 240;
  private static final int WIDE_HEIGHT_PX = 36;

  /** For a table cell. */
  public static Sparkline cell(List<Long> values) {
    return of(values, false, CELL_WIDTH_PX, CELL_HEIGHT_PX);
  }

  /** For a card of its own. */
  public static Sparkline wide(List<Long> values) {
    return of(values, true, WIDE_WIDTH_PX, WIDE_HEIGHT_PX);
  }

  private static Sparkline of(List<Long> values, boolean stretched, int width, int height) {
    long most = values.stream().mapToLong(Long::longValue).max().orElse(0);
    double bottom = height - BOTTOM_PX;
    if (most == 0) {
      String flat = "M0 %sH%d".formatted(px(bottom, stretched), width);
      return new Sparkline(flat, true, stretched, width, height);
    }
    var path = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      double x = values.size() == 1 ? 0 : (double) i * width / (values.size() - 1);
      String y = px(bottom - (bottom - TOP_PX) * values.get(i) / most, stretched);
      path.append(
          switch (i) {
            case 0 -> "M-%d %dV%sH0".formatted(OUTSIDE_PX, height + OUTSIDE_PX, y);
            case 1 -> "L" + px(x, stretched) + " " + y;
            default -> " " + px(x, stretched) + " " + y;
          });
    }
    String end = "H%dV%dZ".formatted(width + OUTSIDE_PX, height + OUTSIDE_PX);
    return new Sparkline(path + end, false, stretched, width, height);
  }

  public String viewBox() {
    return "0 0 " + width + " " + height;
  }

  /** Whole pixels where a hundred such lines make a page, and nothing stretches them. */
  private static String px(double n, boolean stretched) {
    return BigDecimal.valueOf(n)
        .setScale(stretched ? 1 : 0, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
