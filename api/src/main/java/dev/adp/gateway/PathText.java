package dev.adp.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths as text: what a lenient upstream may read in one, and how it hangs below a base URL. */
final class PathText {
  private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");
  private static final Pattern VERSION = Pattern.compile("/v[0-9]+((alpha|beta)[0-9]*)?");

  private PathText() {}

  /** Whether a path could leave the base URL on an upstream that normalises it. */
  static boolean climbs(String path) {
    String plain = plain(path);
    return (plain + "/").contains("/../") || plain.contains(";") || plain.indexOf('\0') != -1;
  }

  /** The path as a lenient upstream may read it: decoded, without empty segments and dots. */
  static String plain(String path) {
    return decoded(path).replace('\\', '/').replaceAll("(/\\.?)+(?=/|$)", "");
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

  /** The path below a base URL's own; a version in which the base ends is never doubled. */
  static String below(String basePath, String path) {
    int last = basePath.lastIndexOf('/');
    String version = last == -1 ? "" : basePath.substring(last);
    boolean doubled =
        VERSION.matcher(version).matches()
            && (path.equals(version) || path.startsWith(version + "/"));
    return doubled ? basePath + path.substring(version.length()) : basePath + path;
  }

  /** The path without a leading version, when it has this one. */
  static String without(String version, String path) {
    return path.equals(version) || path.startsWith(version + "/")
        ? path.substring(version.length())
        : path;
  }
}
