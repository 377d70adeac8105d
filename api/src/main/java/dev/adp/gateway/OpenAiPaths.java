package dev.adp.gateway;

import java.util.List;

/** The paths of OpenAI's API, each also with a leading {@code /v1}. */
final class OpenAiPaths {
  private static final String VERSION = "/v1";
  private static final List<String> GENERATING =
      List.of("/chat/completions", "/completions", "/embeddings", "/responses");
  private static final List<String> GENERATING_BELOW = List.of("/images/", "/audio/");
  private static final List<String> STREAM_OPTIONS = List.of("/chat/completions", "/completions");

  private OpenAiPaths() {}

  /** The path as it hangs below a base URL: a base that ends in the version never doubles it. */
  static String upstream(String basePath, String path) {
    return basePath.endsWith(VERSION) ? basePath + unversioned(path) : basePath + path;
  }

  /** Whether a call of this path makes a model work, so that usage is owed. */
  static boolean generates(String path) {
    String plain = unversioned(path);
    return GENERATING.contains(plain) || GENERATING_BELOW.stream().anyMatch(plain::startsWith);
  }

  /** Whether streams of this path take {@code stream_options}. */
  static boolean takesStreamOptions(String path) {
    return STREAM_OPTIONS.contains(unversioned(path));
  }

  /** Whether a path could leave the base URL on an upstream that normalises it. */
  static boolean climbs(String path) {
    String plain = path.replaceAll("(?i)%2e", ".").replaceAll("(?i)%2f|%5c|\\\\", "/");
    return (plain + "/").contains("/../") || plain.contains(";");
  }

  private static String unversioned(String path) {
    return path.equals(VERSION) || path.startsWith(VERSION + "/")
        ? path.substring(VERSION.length())
        : path;
  }
}
