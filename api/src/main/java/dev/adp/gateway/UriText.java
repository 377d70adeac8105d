package dev.adp.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Paths and queries in the one spelling that AWS computes signatures over: escapes in upper case
 * for every byte but letters, digits and {@code -._~}. A character here is a byte of the request
 * line.
 */
final class UriText {
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private UriText() {}

  /** The segments of a path, decoded once, without the empty ones and the dots. */
  static List<String> segments(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(UriText::decoded)
        .filter(segment -> !segment.isEmpty() && !segment.equals("."))
        .toList();
  }

  /** A path of these segments. */
  static String path(List<String> segments) {
    return segments.stream().map(UriText::encoded).collect(Collectors.joining("/", "/", ""));
  }

  /**
   * The query with its parameters in the order of their names and values.
   *
   * @param dropped tells by their decoded names which are left out
   */
  static String query(String query, Predicate<String> dropped) {
    return query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&", -1))
            .filter(pair -> !pair.isEmpty())
            .filter(pair -> !dropped.test(decoded(name(pair))))
            .map(UriText::parameter)
            .sorted(
                Map.Entry.<String, String>comparingByKey()
                    .thenComparing(Map.Entry.comparingByValue(Comparator.naturalOrder())))
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining("&"));
  }

  private static String name(String pair) {
    int equals = pair.indexOf('=');
    return equals == -1 ? pair : pair.substring(0, equals);
  }

  private static Map.Entry<String, String> parameter(String pair) {
    int equals = pair.indexOf('=');
    return Map.entry(
        encoded(decoded(name(pair))),
        equals == -1 ? "" : encoded(decoded(pair.substring(equals + 1))));
  }

  /** With every byte escaped that is not unreserved (RFC 3986, section 2.3). */
  static String encoded(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      char c = (char) (b & 0xFF);
      if (isUnreserved(c)) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
      }
    }
    return out.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || UNRESERVED.indexOf(c) != -1;
  }

  /** With its escapes taken for what they mean, once; a broken one stays what it is. */
  static String decoded(String text) {
    if (text.indexOf('%') == -1) {
      return text;
    }
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      int high = text.charAt(i) == '%' && i + 2 < text.length() ? digit(text.charAt(i + 1)) : -1;
      int low = high == -1 ? -1 : digit(text.charAt(i + 2));
      if (low == -1) {
        out.write(text.charAt(i));
      } else {
        out.write(high << 4 | low);
        i += 2;
      }
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static int digit(char c) {
    return HEX.indexOf(String.valueOf(c).toUpperCase(Locale.ROOT));
  }
}
