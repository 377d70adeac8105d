package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The text of an example: a file below {@code snippets/} with the values of one provider in it.
 *
 * <p>A placeholder stands inside a literal of its file's language and is filled so that the literal
 * never ends early, whatever the value is: {@code {{model}}}. Two more forms are {@code
 * {{model.json}}}, for JSON inside a shell's quotes, and {@code {{model.path}}}, for a part of a
 * URL's path.
 *
 * @param file its name; the ending tells the language
 */
record SnippetText(String file, String text) {
  private static final String GATEWAY_TOKEN = "GATEWAY_TOKEN";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z_]+)(?:\\.([a-z]+))?}}");

  /** Reads a file that this module ships. */
  static SnippetText read(String file) {
    try (var stream =
        requireNonNull(SnippetText.class.getResourceAsStream("/snippets/" + file), file)) {
      return new SnippetText(file, new String(stream.readAllBytes(), UTF_8).stripTrailing());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same for a client that brings a token of its own: that goes where the gateway's stood, and
   * the gateway's into a header.
   *
   * @param header the line that names the header, in the same language
   */
  SnippetText withOwnToken(String ownToken, SnippetText header) {
    return new SnippetText(
        file,
        text.lines()
            .flatMap(
                line ->
                    line.contains(GATEWAY_TOKEN)
                        ? Stream.of(line.replace(GATEWAY_TOKEN, ownToken), header.text())
                        : Stream.of(line))
            .collect(joining("\n")));
  }

  /**
   * The text with values.
   *
   * @param values by the names of the placeholders
   */
  String with(Map<String, String> values) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match -> {
              String value = requireNonNull(values.get(match.group(1)), match.group());
              return Matcher.quoteReplacement(
                  switch (match.group(2)) {
                    case null -> literal(value);
                    case "json" -> shell(json(value));
                    case "path" -> path(value);
                    default -> throw new IllegalStateException(file + ": " + match.group());
                  });
            });
  }

  /** What stands between the quotes of a literal in this file's language. */
  private String literal(String value) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "sh" -> shell(value);
      case "txt" -> value;
      // OpenCode and Continue look for {env:…}, {file:…} and ${{…}} in the text of their files.
      case "json", "yaml" -> json(value).replace("{", "\\u007b");
      case "toml", "py", "mjs", "java", "go" -> json(value);
      default -> throw new IllegalStateException(file);
    };
  }

  /** Between single quotes, where only the quote itself means anything. */
  private static String shell(String value) {
    return value.replace("'", "'\\''");
  }

  /** Between double quotes; TOML, Python, JavaScript, Java and Go read JSON's escapes alike. */
  private static String json(String value) {
    String quoted = Json.encode(value);
    return quoted.substring(1, quoted.length() - 1);
  }

  private static String path(String value) {
    return URLEncoder.encode(value, UTF_8).replace("+", "%20");
  }
}
