package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gemini's interactions: steps of what is said and done; outputs, as they were called before. */
final class GeminiInteractions {
  /** Steps that the caller has sent: answers may tell of them again. */
  private static final Set<String> OF_CALLER = Set.of("user_input", "function_result");

  private GeminiInteractions() {}

  static void request(JsonObject body, Messages into) {
    List<JsonObject> system = content(body.getValue("system_instruction"));
    if (!system.isEmpty()) {
      into.add(Messages.SYSTEM, system);
    }
    switch (body.getValue("input")) {
      case String text -> into.add(Messages.USER, List.of(Parts.text(text)));
      case JsonObject one -> asked(one, into);
      case JsonArray many -> Json.objects(many).forEach(one -> asked(one, into));
      case null, default -> {}
    }
  }

  private static void asked(JsonObject step, Messages into) {
    String role = Json.text(step, "role");
    String type = Json.text(step, "type");
    switch (type) {
      case "user_input" -> told(Messages.USER, content(step.getValue("content")), into);
      case "function_result" -> into.add(Messages.TOOL, done(step));
      case "model_output", "thought", "function_call" -> into.join(Messages.ASSISTANT, done(step));
      default -> {
        if (role.equals("model")) {
          told(Messages.ASSISTANT, content(step.getValue("content")), into);
        } else if (!role.isEmpty()) {
          told(role, content(step.getValue("content")), into);
        } else {
          into.join(isOfServer(type) ? Messages.ASSISTANT : Messages.USER, done(step));
        }
      }
    }
  }

  /** What tools answered stands by itself, whoever's message it came in. */
  private static void told(String role, List<JsonObject> parts, Messages into) {
    var results = new ArrayList<JsonObject>();
    var others = new ArrayList<JsonObject>();
    for (JsonObject part : parts) {
      boolean result = Json.text(part, "type").equals(Parts.TOOL_CALL_RESPONSE);
      (result ? results : others).add(part);
    }
    if (!results.isEmpty()) {
      into.add(Messages.TOOL, results);
    }
    if (!others.isEmpty() || results.isEmpty()) {
      into.add(role, others);
    }
  }

  /** A tool that Google itself runs, called or answering. */
  private static boolean isOfServer(String type) {
    return type.endsWith("_call") || type.endsWith("_result");
  }

  private static List<JsonObject> content(@Nullable Object content) {
    return switch (content) {
      case String text -> List.of(Parts.text(text));
      case JsonObject one -> done(one);
      case JsonArray many ->
          Json.objects(many).stream().flatMap(one -> done(one).stream()).toList();
      case null, default -> List.of();
    };
  }

  private static List<JsonObject> done(JsonObject step) {
    String mimeType = Json.text(step, "mime_type");
    String type = Json.text(step, "type");
    return switch (type) {
      case "text" -> List.of(Parts.text(Json.text(step, "text")));
      case "model_output" -> content(step.getValue("content"));
      case "thought" ->
          Json.objects(step, "summary").stream()
              .map(said -> Parts.reasoning(Json.text(said, "text")))
              .toList();
      case "function_call" ->
          List.of(
              Parts.call(
                  Json.text(step, "id", "name"),
                  Json.text(step, "name"),
                  Optional.ofNullable(step.getValue("arguments")).orElseGet(JsonObject::new)));
      case "function_result" ->
          List.of(
              Parts.response(
                  Json.text(step, "call_id", "name"),
                  Optional.ofNullable(step.getValue("result")).orElse("")));
      case "image", "audio", "video", "document" -> {
        String data = Json.text(step, "data");
        yield List.of(
            data.isEmpty()
                ? Parts.uri(type, mimeType, Json.text(step, "uri"))
                : Parts.blob(type, mimeType, data));
      }
      default ->
          List.of(
              type.endsWith("_call")
                  ? Parts.serverCall(Json.text(step, "id"), type.replaceFirst("_call$", ""), step)
                  : type.endsWith("_result")
                      ? Parts.serverResponse(Json.text(step, "call_id"), step)
                      : Parts.other(step));
    };
  }

  /** Reads interactions and the events of streamed ones. */
  static final class Reader implements AnswerReader {
    private final Map<Integer, Choice> steps = new TreeMap<>();
    private final Set<Integer> ofCaller = new HashSet<>();
    private Optional<JsonObject> whole = Optional.empty();

    @Override
    public void accept(String event, JsonObject object) {
      int index = Json.number(object, "index", 0);
      switch (Json.text(object, "event_type", "type")) {
        case "interaction.complete", "interaction.completed" ->
            whole = Json.object(object, "interaction");
        case "step.start" -> Json.object(object, "step").ifPresent(step -> begin(index, step));
        case "content.start" ->
            Json.object(object, "content").ifPresent(step -> begin(index, step));
        case "step.delta", "content.delta" ->
            Json.object(object, "delta")
                .filter(_ -> !ofCaller.contains(index))
                .ifPresent(delta -> more(step(index), delta));
        default -> {
          if (object.containsKey("status") && object.containsKey("id")) {
            whole = Optional.of(object);
          }
        }
      }
    }

    private Choice step(int index) {
      return steps.computeIfAbsent(index, _ -> new Choice());
    }

    private void begin(int index, JsonObject begun) {
      if (OF_CALLER.contains(Json.text(begun, "type"))) {
        ofCaller.add(index);
      } else if (Json.text(begun, "type").equals("function_call")
          && Json.object(begun, "arguments").filter(all -> !all.isEmpty()).isEmpty()) {
        step(index).call("call", Json.text(begun, "id", "name"), Json.text(begun, "name"), "");
      } else {
        done(begun).forEach(part -> add(step(index), part));
      }
    }

    private static void more(Choice said, JsonObject delta) {
      switch (Json.text(delta, "type")) {
        case "thought_summary", "thought" ->
            said.thenReasoning(
                Json.object(delta, "content")
                    .map(content -> Json.text(content, "text"))
                    .orElseGet(() -> Json.text(delta, "text")));
        case "thought_signature" -> {} // Enciphered.
        case "arguments_delta", "function_call_arguments" ->
            said.arguments("call", Json.text(delta, "arguments", "partial_arguments"));
        default -> done(delta).forEach(part -> add(said, part));
      }
    }

    private static void add(Choice said, JsonObject part) {
      if (Json.text(part, "type").equals(Parts.TEXT)) {
        said.thenText(Json.text(part, Parts.CONTENT));
      } else {
        said.then(part);
      }
    }

    @Override
    public List<Choice> choices() {
      var all = new Choice();
      List<JsonObject> told = new ArrayList<>();
      whole.ifPresent(
          interaction -> {
            told.addAll(Json.objects(interaction, "steps"));
            told.addAll(Json.objects(interaction, "outputs"));
          });
      if (told.isEmpty()) {
        steps.values().forEach(step -> step.parts().forEach(all::then));
      } else {
        told.stream()
            .filter(step -> !OF_CALLER.contains(Json.text(step, "type")))
            .forEach(step -> done(step).forEach(all::then));
      }
      whole.ifPresent(interaction -> all.finished(finishReason(interaction, all)));
      return List.of(all);
    }

    private static String finishReason(JsonObject interaction, Choice said) {
      return switch (Json.text(interaction, "status")) {
        case "completed" -> said.calls() ? "tool_call" : "stop";
        case "requires_action" -> "tool_call";
        case "failed", "cancelled" -> "error";
        case "incomplete" -> "length";
        default -> "";
      };
    }
  }
}
