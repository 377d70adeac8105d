package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Parts of messages, as the conventions for generative AI write them. */
final class Parts {
  static final String TEXT = "text";
  static final String REASONING = "reasoning";
  static final String TOOL_CALL = "tool_call";
  static final String TOOL_CALL_RESPONSE = "tool_call_response";
  static final String CONTENT = "content";
  static final String ARGUMENTS = "arguments";
  static final String RESPONSE = "response";

  /** What is kept of a text inside of a part that we do not know: it may be data. */
  private static final int UNKNOWN_CHARS_MAX = 4_096;

  private Parts() {}

  static JsonObject text(String content) {
    return of(TEXT).put(CONTENT, content);
  }

  static JsonObject reasoning(String content) {
    return of(REASONING).put(CONTENT, content);
  }

  /**
   * A tool that the model calls.
   *
   * @param arguments an object where the API has one, or where its text is one
   */
  static JsonObject call(String id, String name, Object arguments) {
    return of(TOOL_CALL).put("id", id).put("name", name).put(ARGUMENTS, arguments);
  }

  static JsonObject response(String id, Object response) {
    return of(TOOL_CALL_RESPONSE).put("id", id).put(RESPONSE, response);
  }

  /** A tool that the provider itself calls. */
  static JsonObject serverCall(String id, String name, JsonObject call) {
    return of("server_tool_call")
        .put("id", id)
        .put("name", name)
        .put("server_tool_call", known(call));
  }

  static JsonObject serverResponse(String id, JsonObject response) {
    return of("server_tool_call_response")
        .put("id", id)
        .put("server_tool_call_response", known(response));
  }

  /**
   * Data that came along: what kind and how much; never the data itself.
   *
   * @param base64 the data
   */
  static JsonObject blob(String mimeType, String base64) {
    return blob(modality(mimeType), mimeType, base64);
  }

  static JsonObject blob(String modality, String mimeType, String base64) {
    long padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
    return media("blob", modality, mimeType).put("bytes", base64.length() * 3L / 4 - padding);
  }

  /** What an address points to; where the address is the data itself, only what kind it is. */
  static JsonObject uri(String modality, String mimeType, String uri) {
    if (!uri.startsWith("data:")) {
      return media("uri", modality, mimeType).put("uri", uri);
    }
    int comma = uri.indexOf(',');
    String head = comma == -1 ? "" : uri.substring("data:".length(), comma);
    String inUri = head.split(";", 2)[0].toLowerCase(Locale.ROOT);
    String data = uri.substring(comma + 1);
    String type = inUri.isEmpty() ? mimeType : inUri;
    return head.endsWith(";base64")
        ? blob(modality, type, data)
        : media("blob", modality, type).put("bytes", data.getBytes(StandardCharsets.UTF_8).length);
  }

  static JsonObject file(String modality, String mimeType, String id) {
    return media("file", modality, mimeType).put("file_id", id);
  }

  private static JsonObject media(String type, String modality, String mimeType) {
    JsonObject part = of(type).put("modality", modality);
    return mimeType.isEmpty() ? part : part.put("mime_type", mimeType);
  }

  static String modality(String mimeType) {
    String kind = mimeType.split("/", 2)[0];
    return List.of("image", "video", "audio").contains(kind) ? kind : "document";
  }

  /** A part of a kind of its own, but for texts in it that are long enough to be data. */
  static JsonObject other(JsonObject part) {
    return of(Json.text(part, "type").isEmpty() ? "unknown" : Json.text(part, "type"))
        .mergeIn(known(part));
  }

  private static JsonObject known(JsonObject part) {
    var known = new JsonObject();
    part.forEach(member -> known.put(member.getKey(), shortened(member.getValue())));
    return known;
  }

  private static Object shortened(Object value) {
    return switch (value) {
      case String text when text.length() > UNKNOWN_CHARS_MAX ->
          "%d characters".formatted(text.length());
      case JsonObject object -> known(object);
      case JsonArray array -> {
        var all = new JsonArray();
        array.forEach(element -> all.add(shortened(element)));
        yield all;
      }
      case null, default -> value;
    };
  }

  /** Arguments as the value that they are, where a text spells one. */
  static Object arguments(String text) {
    if (text.isBlank()) {
      return new JsonObject();
    }
    PartialJson.Read read = PartialJson.read(text.getBytes(StandardCharsets.UTF_8));
    return read.whole() ? read.value().orElse(text) : text;
  }

  private static JsonObject of(String type) {
    return new JsonObject().put("type", type);
  }
}
