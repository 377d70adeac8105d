package dev.adp.gateway;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths of OpenAI's API, each also with a leading {@code /v1}. */
final class OpenAiPaths {
  private static final String VERSION = "/v1";
  private static final List<String> GENERATING =
      List.of("/chat/completions", "/completions", "/embeddings", "/responses");
  private static final List<String> GENERATING_BELOW = List.of("/images/", "/audio/");
  private static final List<String> STREAM_OPTIONS = List.of("/chat/completions", "/completions");

  private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");

  private OpenAiPaths() {}

  /** The path as it hangs below a base URL: a base that ends in the version never doubles it. */
  static String upstream(String basePath, String path) {
    return basePath.endsWith(VERSION) ? basePath + unversioned(path) : basePath + path;
  }

  /** Whether a call of this path makes a model work, so that usage is owed. */
  static boolean generates(String path) {
    String plain = unversioned(plain(path));
    return GENERATING.contains(plain) || GENERATING_BELOW.stream().anyMatch(plain::startsWith);
  }

  /** Whether a JSON body of this path names the model that works for it. */
  static boolean takesModel(String path) {
    return generates(path) || unversioned(plain(path)).equals("/moderations");
  }

  /** Whether streams of this path take {@code stream_options}. */
  static boolean takesStreamOptions(String path) {
    return STREAM_OPTIONS.contains(unversioned(plain(path)));
  }

  /** Whether a path could leave the base URL on an upstream that normalises it. */
  static boolean climbs(String path) {
    String plain = plain(path);
    return (plain + "/").contains("/../") || plain.contains(";") || plain.indexOf('\0') != -1;
  }

  /** The path as a lenient upstream may read it: decoded, without empty segments and dots. */
  private static String plain(String path) {
    return ESCAPED
        .matcher(path)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(escape.group(1), 16))))
        .replace('\\', '/')
        .replaceAll("(/\\.?)+(?=/|$)", "");
  }

  private static String unversioned(String path) {
    return path.equals(VERSION) || path.startsWith(VERSION + "/")
        ? path.substring(VERSION.length())
        : path;
  }
}
