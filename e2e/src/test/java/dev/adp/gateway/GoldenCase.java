package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * One exchange of the corpus, {@code golden/<name>.http}, with its row of the table. A file has
 * directives, then the request, then the response; golden/README.md tells what they mean.
 *
 * @param provider of {@link GoldenRig} that is called
 * @param path with query, below the provider
 * @param responseBody as the upstream sends it
 * @param clientBody as the client must get it
 * @param directives how the response is made of its text, and what else must hold
 */
record GoldenCase(
    GoldenRow expected,
    String provider,
    String method,
    String path,
    Map<String, String> requestHeaders,
    String requestBody,
    int status,
    Map<String, String> responseHeaders,
    Buffer responseBody,
    Buffer clientBody,
    Map<String, String> directives) {

  private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

  /** The event that only answers the gateway's own question for usage. */
  private static final Pattern USAGE_EVENT =
      Pattern.compile(
          "(: [^\n]*\n)?data: [^\n]*\"choices\":\\[\\],\n?[^\n]*\"usage\":\\{[^\n]*\n\n");

  /** All of them, in the order of the table. */
  static List<GoldenCase> all() {
    return GoldenRow.all().stream().map(GoldenCase::of).toList();
  }

  private static GoldenCase of(GoldenRow row) {
    String text = resource(row.name() + ".http");
    int split = text.indexOf("\n--- response\n");
    List<String> request = new ArrayList<>(text.substring(0, split).lines().toList());
    Map<String, String> directives = directives(request);
    String[] methodAndPath = request.removeFirst().split(" ", 2);
    List<String> response =
        new ArrayList<>(text.substring(split + "\n--- response\n".length()).lines().toList());
    int status = Integer.parseInt(response.removeFirst());
    Map<String, String> requestHeaders = headers(request);
    boolean form = requestHeaders.getOrDefault("content-type", "").startsWith("multipart/");
    Map<String, String> responseHeaders = headers(response);
    String body = String.join("\n", response);
    String type = responseHeaders.getOrDefault("content-type", "");
    return new GoldenCase(
        row,
        Objects.requireNonNull(directives.get("provider"), row.name()),
        methodAndPath[0],
        methodAndPath[1],
        requestHeaders,
        String.join(form ? "\r\n" : "\n", request) + (form ? "\r\n" : ""),
        status,
        responseHeaders,
        Buffer.buffer(bytes(body, type, directives, false)),
        Buffer.buffer(bytes(body, type, directives, directives.containsKey("swallows"))),
        directives);
  }

  boolean has(String directive) {
    return directives.containsKey(directive);
  }

  boolean isStream() {
    String type = header("content-type");
    return type.startsWith("text/event-stream") || type.startsWith(EVENT_STREAM);
  }

  /** A header of the response, or nothing. */
  String header(String name) {
    return responseHeaders.getOrDefault(name, "");
  }

  @Override
  public String toString() {
    return expected.name();
  }

  private static Map<String, String> directives(List<String> lines) {
    var directives = new HashMap<String, String>();
    while (lines.getFirst().startsWith("@")) {
      String[] words = lines.removeFirst().substring(1).split(" ", 2);
      directives.put(words[0], words.length == 2 ? words[1] : "");
    }
    return directives;
  }

  /** Takes the headers and the blank line behind them away. */
  private static Map<String, String> headers(List<String> lines) {
    var headers = new HashMap<String, String>();
    while (!lines.isEmpty()) {
      String line = lines.removeFirst();
      if (line.isEmpty()) {
        break;
      }
      String[] nameAndValue = line.split(": ", 2);
      headers.put(nameAndValue[0], nameAndValue[1]);
    }
    return headers;
  }

  private static byte[] bytes(
      String body, String type, Map<String, String> directives, boolean swallowed) {
    int padding = Integer.parseInt(directives.getOrDefault("pad", "0"));
    String text = body.replace("{{pad}}", "x".repeat(padding));
    if (type.startsWith(EVENT_STREAM)) {
      return EventStreamText.frames(text);
    }
    if (type.startsWith("text/event-stream") && !directives.containsKey("no-final-newline")) {
      text = text + "\n\n";
    }
    if (swallowed) {
      text = USAGE_EVENT.matcher(text).replaceFirst("");
    }
    String lineEnd =
        switch (directives.getOrDefault("line-ends", "lf")) {
          case "crlf" -> "\r\n";
          case "cr" -> "\r";
          default -> "\n";
        };
    byte[] plain = text.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
    return directives.containsKey("gzip") ? gzip(plain) : plain;
  }

  private static byte[] gzip(byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A text of the corpus. */
  static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(GoldenCase.class.getResourceAsStream("/golden/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
