package dev.adp.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths as text: what a lenient upstream may read in one, and how it hangs below a base URL. */
final class PathText {
  private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");
  private static final Pattern EMPTY_SEGMENTS = Pattern.compile("(/\\.?)+(?=/|$)");

  /** Where the API begins below a host: what base URLs end in and paths begin with. */
  private static final Pattern API_ROOT =
      Pattern.compile("(/openai|/v[0-9]+((alpha|beta)[0-9]*)?)+");

  private PathText() {}

  /** Whether a path could leave the base URL on an upstream that normalises it. */
  static boolean climbs(String path) {
    String plain = plain(path);
    return (plain + "/").contains("/../") || plain.contains(";") || plain.indexOf('\0') != -1;
  }

  /** The path as a lenient upstream may read it: decoded, without empty segments and dots. */
  static String plain(String path) {
    return isPlain(path)
        ? path
        : EMPTY_SEGMENTS.matcher(decoded(path).replace('\\', '/')).replaceAll("");
  }

  /** Whether nothing in it asks for a closer look, as in the paths of all well-meant calls. */
  private static boolean isPlain(String path) {
    char before = ' ';
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' || c == '\\' || (before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return before != '/';
  }

  /** The path with its escapes taken for what they mean, once. */
  static String decoded(String path) {
    return path.indexOf('%') == -1
        ? path
        : ESCAPED
            .matcher(path)
            .replaceAll(
                escape ->
                    Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(escape.group(1), 16))));
  }

  /** A text as one segment of a path; nothing in it leads elsewhere. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * The path below a base URL's own. What both of them say, the version above all, is said once.
   */
  static String below(String basePath, String path) {
    for (int slash = basePath.indexOf('/'); slash != -1; slash = basePath.indexOf('/', slash + 1)) {
      String end = basePath.substring(slash);
      if ((path.equals(end) || path.startsWith(end + "/")) && API_ROOT.matcher(end).matches()) {
        return basePath + path.substring(end.length());
      }
    }
    return basePath + path;
  }

  /** The path without a leading version, when it has this one. */
  static String without(String version, String path) {
    return path.equals(version) || path.startsWith(version + "/")
        ? path.substring(version.length())
        : path;
  }
}
