package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Contents and candidates of the Gemini API, which writes its members in either of two ways. */
final class GeminiContents {
  private GeminiContents() {}

  static void request(JsonObject body, Messages into) {
    Json.object(body, "systemInstruction", "system_instruction")
        .ifPresent(system -> into.add(Messages.SYSTEM, parts(system)));
    for (JsonObject content : Json.objects(body, "contents")) {
      var results = new ArrayList<JsonObject>();
      var others = new ArrayList<JsonObject>();
      for (JsonObject part : parts(content)) {
        boolean result = Json.text(part, "type").equals(Parts.TOOL_CALL_RESPONSE);
        (result ? results : others).add(part);
      }
      if (!results.isEmpty()) {
        into.add(Messages.TOOL, results);
      }
      if (!others.isEmpty() || results.isEmpty()) {
        into.add(role(content), others);
      }
    }
  }

  private static String role(JsonObject content) {
    return switch (Json.text(content, "role")) {
      case "model" -> Messages.ASSISTANT;
      case "function" -> Messages.TOOL;
      case "" -> Messages.USER;
      case String role -> role;
    };
  }

  private static List<JsonObject> parts(JsonObject content) {
    return content.getValue("parts") instanceof JsonArray parts
        ? Json.elements(parts)
            .map(part -> part instanceof JsonObject known ? part(known) : Parts.text("" + part))
            .toList()
        : Json.objects(content, "parts").stream().map(GeminiContents::part).toList();
  }

  private static JsonObject part(JsonObject part) {
    if (part.getValue("text") instanceof String text) {
      return isThought(part) ? Parts.reasoning(text) : Parts.text(text);
    }
    return Json.object(part, "functionCall", "function_call")
        .map(call -> Parts.call(id(call), Json.text(call, "name"), value(call, "args")))
        .or(
            () ->
                Json.object(part, "functionResponse", "function_response")
                    .map(result -> Parts.response(id(result), value(result, "response"))))
        .or(
            () ->
                Json.object(part, "inlineData", "inline_data")
                    .map(data -> Parts.blob(mimeType(data), Json.text(data, "data"))))
        .or(
            () ->
                Json.object(part, "fileData", "file_data")
                    .map(
                        file ->
                            Parts.uri(
                                Parts.modality(mimeType(file)),
                                mimeType(file),
                                Json.text(file, "fileUri", "file_uri"))))
        .or(
            () ->
                Json.object(part, "executableCode", "executable_code")
                    .map(code -> Parts.serverCall("", "code_execution", code)))
        .or(
            () ->
                Json.object(part, "codeExecutionResult", "code_execution_result")
                    .map(result -> Parts.serverResponse("", result)))
        .orElseGet(() -> Parts.other(part));
  }

  static boolean isThought(JsonObject part) {
    return Boolean.TRUE.equals(part.getValue("thought"));
  }

  private static String mimeType(JsonObject data) {
    return Json.text(data, "mimeType", "mime_type");
  }

  /** Most calls have no id: then call and answer go by the tool's name. */
  private static String id(JsonObject call) {
    return Json.text(call, "id", "name");
  }

  private static Object value(JsonObject call, String name) {
    Object value = call.getValue(name);
    return value == null ? new JsonObject() : value;
  }

  /** Reads answers, and the pieces of streamed ones. */
  static final class Reader implements AnswerReader {
    private final Map<Integer, Choice> candidates = new TreeMap<>();

    @Override
    public void accept(String event, JsonObject answer) {
      for (JsonObject candidate : Json.objects(answer, "candidates")) {
        Choice said = choice(Json.number(candidate, "index", 0));
        Json.object(candidate, "content")
            .ifPresent(content -> parts(content).forEach(part -> add(said, part)));
        String reason = Json.text(candidate, "finishReason");
        // Gemini stops for a call as for any other end; some that speak like it name the call.
        boolean forCall = reason.equals("STOP") || reason.equals("FUNCTION_CALL");
        said.finished(forCall && said.calls() ? "tool_call" : finishReason(reason));
      }
      Json.object(answer, "promptFeedback")
          .filter(feedback -> !Json.text(feedback, "blockReason").isEmpty())
          .ifPresent(_ -> choice(0).finished("content_filter"));
      Json.object(answer, "error").ifPresent(_ -> choice(0).finished("error"));
    }

    private Choice choice(int index) {
      return candidates.computeIfAbsent(index, _ -> new Choice());
    }

    private static void add(Choice said, JsonObject part) {
      switch (Json.text(part, "type")) {
        case Parts.TEXT -> said.thenText(Json.text(part, Parts.CONTENT));
        case Parts.REASONING -> said.thenReasoning(Json.text(part, Parts.CONTENT));
        default -> said.then(part);
      }
    }

    private static String finishReason(String reason) {
      return switch (reason) {
        case "STOP" -> "stop";
        case "MAX_TOKENS" -> "length";
        case "SAFETY",
            "RECITATION",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "LANGUAGE",
            "IMAGE_SAFETY" ->
            "content_filter";
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER" -> "error";
        default -> reason.toLowerCase(Locale.ROOT);
      };
    }

    @Override
    public List<Choice> choices() {
      return List.copyOf(candidates.values());
    }
  }
}
