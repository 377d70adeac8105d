package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Anthropic's Messages API. */
final class AnthropicMessages {
  private AnthropicMessages() {}

  static void request(JsonObject body, Messages into) {
    List<JsonObject> system = content(body.getValue("system"));
    if (!system.isEmpty()) {
      into.add(Messages.SYSTEM, system);
    }
    for (JsonObject message : Json.objects(body, "messages")) {
      String role = Json.text(message, "role");
      var results = new ArrayList<JsonObject>();
      var others = new ArrayList<JsonObject>();
      for (JsonObject part : content(message.getValue("content"))) {
        boolean result = Json.text(part, "type").equals(Parts.TOOL_CALL_RESPONSE);
        (result ? results : others).add(part);
      }
      if (!results.isEmpty()) {
        into.add(Messages.TOOL, results);
      }
      if (!others.isEmpty() || results.isEmpty()) {
        into.add(role.isEmpty() ? Messages.USER : role, others);
      }
    }
  }

  private static List<JsonObject> content(@Nullable Object content) {
    return switch (content) {
      case String text -> List.of(Parts.text(text));
      case JsonArray blocks -> Json.objects(blocks).stream().map(AnthropicMessages::part).toList();
      case null, default -> List.of();
    };
  }

  /** One block, of a request or of a whole answer. */
  private static JsonObject part(JsonObject block) {
    String type = Json.text(block, "type");
    return switch (type) {
      case "text" -> Parts.text(Json.text(block, "text"));
      case "thinking" -> Parts.reasoning(Json.text(block, "thinking"));
      case "image" -> source(block, "image");
      case "document" -> source(block, "document");
      case "tool_use" -> Parts.call(Json.text(block, "id"), Json.text(block, "name"), input(block));
      case "tool_result" ->
          Parts.response(
              Json.text(block, "tool_use_id"), OpenAiChat.text(content(block.getValue("content"))));
      case "server_tool_use", "mcp_tool_use" ->
          Parts.serverCall(
              Json.text(block, "id"),
              Json.text(block, "name"),
              new JsonObject().put("type", Json.text(block, "name")).put("input", input(block)));
      case "redacted_thinking" -> new JsonObject().put("type", type); // Enciphered.
      default ->
          type.endsWith("_tool_result")
              ? Parts.serverResponse(Json.text(block, "tool_use_id"), block)
              : Parts.other(block);
    };
  }

  private static Object input(JsonObject block) {
    Object input = block.getValue("input");
    return input == null ? new JsonObject() : input;
  }

  private static JsonObject source(JsonObject block, String modality) {
    JsonObject source = Json.object(block, "source").orElseGet(JsonObject::new);
    String mimeType = Json.text(source, "media_type");
    return switch (Json.text(source, "type")) {
      case "base64" -> Parts.blob(modality, mimeType, Json.text(source, "data"));
      case "url" -> Parts.uri(modality, mimeType, Json.text(source, "url"));
      case "file" -> Parts.file(modality, mimeType, Json.text(source, "file_id"));
      case "text" -> Parts.text(Json.text(source, "data"));
      default -> Parts.other(block);
    };
  }

  static String finishReason(String reason) {
    return switch (reason) {
      case "end_turn", "stop_sequence" -> "stop";
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_call";
      case "refusal", "guardrail_intervened", "content_filtered" -> "content_filter";
      default -> reason;
    };
  }

  /** Reads messages and the events of streamed ones. */
  static final class Reader implements AnswerReader {
    private final Choice said = new Choice();

    @Override
    public void accept(String event, JsonObject object) {
      String key = "block " + Json.number(object, "index", 0);
      switch (Json.text(object, "type")) {
        case "message_start" -> Json.object(object, "message").ifPresent(this::message);
        case "content_block_start" ->
            Json.object(object, "content_block").ifPresent(block -> begin(key, block));
        case "content_block_delta" ->
            Json.object(object, "delta").ifPresent(delta -> more(key, delta));
        case "message_delta" ->
            Json.object(object, "delta")
                .ifPresent(delta -> said.finished(finishReason(Json.text(delta, "stop_reason"))));
        case "error" -> said.finished("error");
        default -> message(object);
      }
    }

    private void message(JsonObject message) {
      List<JsonObject> blocks = Json.objects(message, "content");
      for (int i = 0; i < blocks.size(); i++) {
        said.part("block " + i, part(blocks.get(i)));
      }
      said.finished(finishReason(Json.text(message, "stop_reason")));
    }

    private void begin(String key, JsonObject block) {
      boolean hasInput = Json.object(block, "input").filter(input -> !input.isEmpty()).isPresent();
      switch (Json.text(block, "type")) {
        case "text" -> said.text(key, Json.text(block, "text"));
        case "thinking" -> said.reasoning(key, Json.text(block, "thinking"));
        case "tool_use" -> {
          if (hasInput) {
            said.part(key, part(block));
          } else {
            said.call(key, Json.text(block, "id"), Json.text(block, "name"), "");
          }
        }
        case "server_tool_use", "mcp_tool_use" -> {
          if (hasInput) {
            said.part(key, part(block));
          } else {
            said.serverCall(key, Json.text(block, "id"), Json.text(block, "name"), "");
          }
        }
        default -> said.part(key, part(block));
      }
    }

    private void more(String key, JsonObject delta) {
      switch (Json.text(delta, "type")) {
        case "text_delta" -> said.text(key, Json.text(delta, "text"));
        case "thinking_delta" -> said.reasoning(key, Json.text(delta, "thinking"));
        case "input_json_delta" -> said.arguments(key, Json.text(delta, "partial_json"));
        default -> {} // Signatures and citations.
      }
    }

    @Override
    public List<Choice> choices() {
      return List.of(said);
    }
  }
}
