package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.BaseUrl;
import dev.adp.gateway.speech.Speech;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One conversation as one API carries it; speech/README.md tells what it is.
 *
 * @param provider the type of provider that is called
 * @param streamPath the path of a streamed call, where it is another one
 */
record Dialogue(
    String name,
    String provider,
    String path,
    String streamPath,
    String request,
    String answer,
    Buffer stream) {
  private static final List<String> NAMES =
      List.of(
          "openai-chat",
          "google-openai-chat",
          "bedrock-openai-chat",
          "openai-responses",
          "anthropic-messages",
          "bedrock-anthropic-messages",
          "gemini-generate",
          "gemini-array",
          "gemini-interactions",
          "bedrock-converse",
          "bedrock-invoke-anthropic",
          "bedrock-invoke-nova");

  private static final BaseUrl OPENAI = BaseUrl.of("base_url", "https://api.openai.com/v1");
  private static final JsonObject EXPECTED = new JsonObject(resource("expected.json"));

  static Stream<Dialogue> all() {
    return NAMES.stream().map(Dialogue::of);
  }

  static Dialogue of(String name) {
    String[] texts = resource(name + ".txt").split("---\n", -1);
    String[] head = texts[0].strip().split(" ", -1);
    return new Dialogue(
        name, head[0], head[1], head[head.length - 1], texts[1], texts[2], stream(texts[3]));
  }

  private static Buffer stream(String text) {
    if (!text.startsWith("event ") && !text.startsWith("chunk ")) {
      return Buffer.buffer(text);
    }
    Buffer frames = Buffer.buffer();
    text.lines()
        .map(line -> line.split(" ", 3))
        .forEach(
            words ->
                frames.appendBuffer(
                    words[0].equals("event")
                        ? EventStream.event(words[1], words[2])
                        : EventStream.chunk(
                            words.length == 2 ? words[1] : words[1] + " " + words[2])));
    return frames;
  }

  static JsonArray expectedInput() {
    return EXPECTED.getJsonArray("input");
  }

  static JsonArray expectedOutput() {
    return EXPECTED.getJsonArray("output");
  }

  Speech speech() {
    Dialect dialect =
        switch (provider) {
          case "openai" -> new OpenAiDialect(OPENAI, true);
          case "anthropic" -> new AnthropicDialect();
          case "google" -> new GoogleDialect();
          default -> new BedrockDialect();
        };
    Target target = dialect.target(HttpMethod.POST, path);
    return target.wire().speech(target.upstreamPath());
  }

  String streamType() {
    if (stream.getByte(0) == 0) {
      return "application/vnd.amazon.eventstream";
    }
    return stream.getByte(0) == '[' ? "application/json" : "text/event-stream";
  }

  @Override
  public String toString() {
    return name;
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(Dialogue.class.getResourceAsStream("/speech/" + name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
