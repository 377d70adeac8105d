package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The colours of provider types, which those tell apart, too, who lack a kind of cone. */
class PaletteTest {
  /** In OKLab, where 0.02 is just seen side by side. */
  private static final double DISTANCE_MIN = 0.1;

  /**
   * What somebody sees of linear red, green and blue, row by row.
   *
   * @see <a href="https://doi.org/10.1109/TVCG.2009.113">Machado, Oliveira, Fernandes: severity
   *     1.0</a>
   */
  private static final Map<String, List<Double>> SIGHTS =
      Map.of(
          "everybody",
          List.of(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
          "protanopia",
          List.of(
              0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
              1.051998),
          "deuteranopia",
          List.of(
              0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
              0.968881),
          "tritanopia",
          List.of(
              1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
              0.303900));

  /** A colour as eyes measure it: lightness, green to red, blue to yellow. */
  private record Lab(double lightness, double a, double b) {
    static Lab of(double red, double green, double blue) {
      double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
      double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
      double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
      return new Lab(
          0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
    }

    double to(Lab other) {
      return Math.hypot(lightness - other.lightness, Math.hypot(a - other.a, b - other.b));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void theColoursOfTypesAreToldApartByEverybody(String theme) throws IOException {
    List<Integer> colours = colours(theme);
    SIGHTS.forEach(
        (sight, matrix) -> {
          List<Lab> seen = colours.stream().map(rgb -> seen(rgb, matrix)).toList();
          for (int i = 0; i < seen.size(); i++) {
            for (int j = i + 1; j < seen.size(); j++) {
              assertThat(seen.get(i).to(seen.get(j)))
                  .as("%s and %s: %s", label(i), label(j), sight)
                  .isGreaterThan(DISTANCE_MIN);
            }
          }
        });
  }

  private static String label(int type) {
    return TypeCard.ALL.get(type).label();
  }

  /** In the order of the types. */
  private static List<Integer> colours(String theme) throws IOException {
    try (var stream = requireNonNull(PaletteTest.class.getResourceAsStream("/assets/tokens.css"))) {
      String[] themes =
          new String(stream.readAllBytes(), UTF_8).split("\\[data-bs-theme=\"dark\"]", -1);
      assertThat(themes).hasSize(2);
      String variables = themes[theme.equals("dark") ? 1 : 0];
      return TypeCard.ALL.stream().map(card -> colour(variables, card.mark())).toList();
    }
  }

  private static int colour(String variables, String name) {
    Matcher found = Pattern.compile("--" + name + ": #([0-9a-f]{6});").matcher(variables);
    assertThat(found.find()).as(name).isTrue();
    return Integer.parseInt(found.group(1), 16);
  }

  private static Lab seen(int rgb, List<Double> matrix) {
    double red = linear((rgb >> 16) & 0xff);
    double green = linear((rgb >> 8) & 0xff);
    double blue = linear(rgb & 0xff);
    return Lab.of(
        row(matrix, 0, red, green, blue),
        row(matrix, 3, red, green, blue),
        row(matrix, 6, red, green, blue));
  }

  private static double row(List<Double> matrix, int start, double red, double green, double blue) {
    return Math.clamp(
        matrix.get(start) * red + matrix.get(start + 1) * green + matrix.get(start + 2) * blue,
        0.0,
        1.0);
  }

  /** The light of a component of sRGB. */
  private static double linear(int component) {
    double value = component / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
