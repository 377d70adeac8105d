package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an upstream says of an error, in whatever shape.
 *
 * @param message for people; unchecked: it may hold anything
 * @param code for programs, several joined by spaces; may be empty
 * @param json the whole answer, when it is a JSON object
 */
record UpstreamError(String message, String code, Optional<JsonObject> json) {
  private static final int TEXT_BYTES_MAX = 16_384;

  static UpstreamError of(ProbeCall.Answer answer) {
    String awsType = Objects.requireNonNullElse(answer.headers().get("x-amzn-errortype"), "");
    Optional<JsonObject> json = json(answer.body());
    if (json.isEmpty()) {
      Buffer body = answer.body();
      String text = body.getString(0, Math.min(body.length(), TEXT_BYTES_MAX));
      return new UpstreamError(withoutTags(text), awsType, Optional.empty());
    }
    JsonObject whole = json.get();
    JsonObject error = whole.getValue("error") instanceof JsonObject object ? object : whole;
    String code =
        Stream.of("type", "code", "status", "__type")
            .map(error::getValue)
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .collect(Collectors.joining(" ", "", awsType.isEmpty() ? "" : " " + awsType));
    return new UpstreamError(message(whole, error), code, json);
  }

  /** Gemini's OpenAI-style surface answers errors as an array of one. */
  private static Optional<JsonObject> json(Buffer body) {
    try {
      return switch (Json.decodeValue(body)) {
        case JsonObject object -> Optional.of(object);
        case JsonArray array
            when array.size() == 1 && array.getValue(0) instanceof JsonObject one ->
            Optional.of(one);
        case null, default -> Optional.empty();
      };
    } catch (DecodeException _) {
      return Optional.empty();
    }
  }

  private static String message(JsonObject whole, JsonObject error) {
    return Stream.of(
            error.getValue("message"),
            error.getValue("Message"),
            whole.getValue("error"),
            whole.getValue("detail"),
            whole.getValue("message"))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(text -> !text.isBlank())
        .findFirst()
        .orElseGet(whole::encode);
  }

  /** An HTML page of a proxy: its words. */
  private static String withoutTags(String text) {
    return text.stripLeading().startsWith("<")
        ? text.replaceAll("(?is)<(style|script)\\b.*?</\\1>", " ").replaceAll("(?s)<[^>]*>", " ")
        : text;
  }

  /** Whether any of these, in lower case, stands in the message or the code. */
  boolean says(String... words) {
    String all = (message + " " + code).toLowerCase(Locale.ROOT);
    return List.of(words).stream().anyMatch(all::contains);
  }
}
