package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Chat completions of OpenAI and its imitators. */
final class OpenAiChat {
  private OpenAiChat() {}

  static void request(JsonObject body, Messages into) {
    for (JsonObject message : Json.objects(body, "messages")) {
      String role = Json.text(message, "role");
      switch (role) {
        case "system", "developer" -> into.add(Messages.SYSTEM, content(message));
        case "tool" ->
            into.add(
                Messages.TOOL,
                List.of(Parts.response(Json.text(message, "tool_call_id"), result(message))));
        case "function" ->
            into.add(
                Messages.TOOL,
                List.of(Parts.response(Json.text(message, "name"), result(message))));
        case "assistant" -> into.add(Messages.ASSISTANT, said(message).parts());
        default -> into.add(role.isEmpty() ? Messages.USER : role, content(message));
      }
    }
  }

  private static Choice said(JsonObject message) {
    var said = new Choice();
    piece(said, message);
    return said;
  }

  /** Takes a message of the model, or a piece of one. */
  private static void piece(Choice said, JsonObject message) {
    said.reasoning("reasoning", Json.text(message, "reasoning_content", "reasoning"));
    switch (message.getValue("content")) {
      case String text -> said.text("content", text);
      case JsonArray parts -> {
        for (JsonObject part : Json.objects(parts)) {
          if (Json.text(part, "type").equals("text")) {
            said.text("content", Json.text(part, "text"));
          } else {
            said.then(part(part));
          }
        }
      }
      case null, default -> {}
    }
    said.text("refusal", Json.text(message, "refusal"));
    List<JsonObject> calls = Json.objects(message, "tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      JsonObject call = calls.get(i);
      call(said, "call " + Json.number(call, "index", i), call);
    }
    Json.object(message, "function_call")
        .ifPresent(
            call -> said.call("call", "", Json.text(call, "name"), Json.text(call, "arguments")));
    Json.object(message, "audio")
        .ifPresent(audio -> said.text("audio", Json.text(audio, "transcript")));
  }

  private static void call(Choice said, String key, JsonObject call) {
    JsonObject function = Json.object(call, "function", "custom").orElseGet(JsonObject::new);
    said.call(
        key,
        Json.text(call, "id"),
        Json.text(function, "name"),
        Json.text(function, "arguments", "input"));
  }

  private static List<JsonObject> content(JsonObject message) {
    return switch (message.getValue("content")) {
      case String text -> List.of(Parts.text(text));
      case JsonArray parts -> {
        List<JsonObject> all = new ArrayList<>();
        Json.elements(parts)
            .forEach(
                element -> {
                  if (element instanceof JsonObject part) {
                    all.add(part(part));
                  } else {
                    all.add(Parts.text(String.valueOf(element)));
                  }
                });
        yield all;
      }
      case null, default -> List.of();
    };
  }

  private static JsonObject part(JsonObject part) {
    return switch (Json.text(part, "type")) {
      case "text" -> Parts.text(Json.text(part, "text"));
      case "refusal" -> Parts.text(Json.text(part, "refusal"));
      case "image_url" ->
          Parts.uri(
              "image",
              "",
              Json.object(part, "image_url")
                  .map(image -> Json.text(image, "url"))
                  .orElseGet(() -> Json.text(part, "image_url")));
      case "input_audio" -> {
        JsonObject audio = Json.object(part, "input_audio").orElseGet(JsonObject::new);
        yield Parts.blob("audio/" + Json.text(audio, "format"), Json.text(audio, "data"));
      }
      case "file" -> file(Json.object(part, "file").orElseGet(JsonObject::new));
      default -> Parts.other(part);
    };
  }

  /** A file in the shapes of OpenAI. */
  static JsonObject file(JsonObject file) {
    String data = Json.text(file, "file_data");
    if (!data.isEmpty()) {
      return data.startsWith("data:")
          ? Parts.uri("document", "", data)
          : Parts.blob("document", "", data);
    }
    String url = Json.text(file, "file_url");
    return url.isEmpty()
        ? Parts.file("document", "", Json.text(file, "file_id"))
        : Parts.uri("document", "", url);
  }

  /** What a tool answered: a text where it is one. */
  private static Object result(JsonObject message) {
    return text(content(message));
  }

  /** The one text of parts that are just that, else the parts. */
  static Object text(List<JsonObject> parts) {
    return parts.size() == 1 && Json.text(parts.getFirst(), "type").equals(Parts.TEXT)
        ? Json.text(parts.getFirst(), Parts.CONTENT)
        : new JsonArray(parts);
  }

  /** Why the model stopped, in the words of the conventions. */
  static String finishReason(String reason) {
    return reason.equals("tool_calls") || reason.equals("function_call") ? "tool_call" : reason;
  }

  /** Reads answers and the chunks of streamed ones; also those of completions without chat. */
  static final class Reader implements AnswerReader {
    private final Map<Integer, Choice> choices = new TreeMap<>();

    @Override
    public void accept(String event, JsonObject answer) {
      for (JsonObject told : Json.objects(answer, "choices")) {
        Choice choice = choices.computeIfAbsent(Json.number(told, "index", 0), _ -> new Choice());
        Json.object(told, "message", "delta").ifPresent(message -> piece(choice, message));
        choice.text("content", Json.text(told, "text"));
        choice.finished(finishReason(Json.text(told, "finish_reason")));
      }
    }

    @Override
    public List<Choice> choices() {
      return List.copyOf(choices.values());
    }
  }
}
