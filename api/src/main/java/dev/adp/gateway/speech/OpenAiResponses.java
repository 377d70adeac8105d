package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** OpenAI's Responses API, where all that is said and done is a list of items. */
final class OpenAiResponses {
  private OpenAiResponses() {}

  static void request(JsonObject body, Messages into) {
    List<JsonObject> instructions = content(body.getValue("instructions"));
    if (!instructions.isEmpty()) {
      into.add(Messages.SYSTEM, instructions);
    }
    switch (body.getValue("input")) {
      case String text -> into.add(Messages.USER, List.of(Parts.text(text)));
      case JsonArray items -> Json.objects(items).forEach(item -> asked(item, into));
      case null, default -> {}
    }
  }

  private static void asked(JsonObject item, Messages into) {
    String role = Json.text(item, "role");
    switch (Json.text(item, "type")) {
      case "", "message" -> {
        switch (role) {
          case "system", "developer" ->
              into.add(Messages.SYSTEM, content(item.getValue("content")));
          case "assistant" -> into.join(Messages.ASSISTANT, content(item.getValue("content")));
          default ->
              into.add(role.isEmpty() ? Messages.USER : role, content(item.getValue("content")));
        }
      }
      case "function_call_output", "custom_tool_call_output" ->
          into.add(
              Messages.TOOL,
              List.of(
                  Parts.response(
                      Json.text(item, "call_id"),
                      OpenAiChat.text(content(item.getValue("output"))))));
      default -> into.join(Messages.ASSISTANT, done(item));
    }
  }

  /** What an item of the model says or does. */
  private static List<JsonObject> done(JsonObject item) {
    String type = Json.text(item, "type");
    return switch (type) {
      case "message" -> content(item.getValue("content"));
      case "reasoning" -> {
        List<JsonObject> parts = new ArrayList<>();
        for (String name : List.of("summary", "content")) {
          Json.objects(item, name)
              .forEach(said -> parts.add(Parts.reasoning(Json.text(said, "text"))));
        }
        yield parts;
      }
      case "function_call", "custom_tool_call" ->
          List.of(
              Parts.call(
                  Json.text(item, "call_id", "id"),
                  Json.text(item, "name"),
                  Parts.arguments(Json.text(item, "arguments", "input"))));
      case "item_reference" -> List.of(Parts.other(item));
      default -> List.of(Parts.serverCall(Json.text(item, "id"), type, item));
    };
  }

  private static List<JsonObject> content(@Nullable Object content) {
    return switch (content) {
      case String text -> List.of(Parts.text(text));
      case JsonArray parts -> Json.objects(parts).stream().map(OpenAiResponses::part).toList();
      case null, default -> List.of();
    };
  }

  private static JsonObject part(JsonObject part) {
    return switch (Json.text(part, "type")) {
      case "input_text", "output_text", "text" -> Parts.text(Json.text(part, "text"));
      case "refusal" -> Parts.text(Json.text(part, "refusal"));
      case "input_image" -> {
        String url = Json.text(part, "image_url");
        yield url.isEmpty()
            ? Parts.file("image", "", Json.text(part, "file_id"))
            : Parts.uri("image", "", url);
      }
      case "input_file" -> OpenAiChat.file(part);
      default -> Parts.other(part);
    };
  }

  /**
   * Reads responses and the events of streamed ones, the last of which repeats everything; of a
   * stream that was cut counts what had come.
   */
  static final class Reader implements AnswerReader {
    private final Map<Integer, Choice> items = new TreeMap<>();
    private Optional<JsonObject> whole = Optional.empty();

    @Override
    public void accept(String event, JsonObject object) {
      int index = Json.number(object, "output_index", 0);
      String key = "content " + Json.number(object, "content_index", 0);
      String delta = Json.text(object, "delta");
      switch (Json.text(object, "type")) {
        case "response.completed", "response.incomplete", "response.failed" ->
            whole = Json.object(object, "response");
        case "response.output_item.added" ->
            Json.object(object, "item").ifPresent(item -> begin(index, item));
        case "response.output_item.done" ->
            Json.object(object, "item").ifPresent(item -> items.put(index, said(item)));
        case "response.output_text.delta", "response.refusal.delta" -> item(index).text(key, delta);
        case "response.reasoning_text.delta" -> item(index).reasoning(key, delta);
        case "response.reasoning_summary_text.delta" ->
            item(index).reasoning("summary " + Json.number(object, "summary_index", 0), delta);
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
            item(index).arguments("call", delta);
        default -> {
          if (object.containsKey("output")) {
            whole = Optional.of(object);
          }
        }
      }
    }

    private Choice item(int index) {
      return items.computeIfAbsent(index, _ -> new Choice());
    }

    private void begin(int index, JsonObject item) {
      if (List.of("function_call", "custom_tool_call").contains(Json.text(item, "type"))) {
        item(index).call("call", Json.text(item, "call_id", "id"), Json.text(item, "name"), "");
      }
    }

    private static Choice said(JsonObject item) {
      var said = new Choice();
      done(item).forEach(said::then);
      return said;
    }

    @Override
    public List<Choice> choices() {
      var all = new Choice();
      List<JsonObject> output =
          whole.map(response -> Json.objects(response, "output")).orElse(List.of());
      if (output.isEmpty()) {
        items.values().forEach(item -> item.parts().forEach(all::then));
      } else {
        output.forEach(item -> done(item).forEach(all::then));
      }
      whole.ifPresent(response -> all.finished(finishReason(response, all)));
      return List.of(all);
    }

    private static String finishReason(JsonObject response, Choice said) {
      return switch (Json.text(response, "status")) {
        case "incomplete" ->
            switch (Json.object(response, "incomplete_details")
                .map(details -> Json.text(details, "reason"))
                .orElse("")) {
              case "max_output_tokens" -> "length";
              case "content_filter" -> "content_filter";
              default -> "incomplete";
            };
        case "failed", "cancelled" -> "error";
        case "queued", "in_progress" -> "";
        default -> said.calls() ? "tool_call" : "stop";
      };
    }
  }
}
