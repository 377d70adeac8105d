package dev.adp.gateway.speech;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Bedrock's Converse, whose shapes Nova takes with InvokeModel as well. */
final class BedrockConverse {
  private static final List<String> MEDIA = List.of("image", "document", "video", "audio");
  private static final Set<String> EVENTS =
      Set.of(
          "messageStart",
          "contentBlockStart",
          "contentBlockDelta",
          "contentBlockStop",
          "messageStop",
          "metadata");

  private BedrockConverse() {}

  static void request(JsonObject body, Messages into) {
    List<JsonObject> system = parts(body, "system");
    if (!system.isEmpty()) {
      into.add(Messages.SYSTEM, system);
    }
    for (JsonObject message : Json.objects(body, "messages")) {
      var results = new ArrayList<JsonObject>();
      var others = new ArrayList<JsonObject>();
      for (JsonObject part : parts(message, "content")) {
        boolean result = Json.text(part, "type").equals(Parts.TOOL_CALL_RESPONSE);
        (result ? results : others).add(part);
      }
      if (!results.isEmpty()) {
        into.add(Messages.TOOL, results);
      }
      if (!others.isEmpty() || results.isEmpty()) {
        String role = Json.text(message, "role");
        into.add(role.isEmpty() ? Messages.USER : role, others);
      }
    }
  }

  private static List<JsonObject> parts(JsonObject holder, String name) {
    return Json.objects(holder, name).stream()
        .filter(block -> !block.containsKey("cachePoint"))
        .map(BedrockConverse::part)
        .toList();
  }

  private static JsonObject part(JsonObject block) {
    if (block.getValue("text") instanceof String text) {
      return Parts.text(text);
    }
    for (String kind : MEDIA) {
      if (block.getValue(kind) instanceof JsonObject media) {
        return media(kind, media);
      }
    }
    return Json.object(block, "toolUse")
        .map(
            use ->
                Parts.call(
                    Json.text(use, "toolUseId"),
                    Json.text(use, "name"),
                    use.containsKey("input") ? use.getValue("input") : new JsonObject()))
        .or(() -> Json.object(block, "toolResult").map(BedrockConverse::result))
        .or(
            () ->
                Json.object(block, "reasoningContent")
                    .map(
                        content ->
                            Parts.reasoning(
                                Json.object(content, "reasoningText")
                                    .map(text -> Json.text(text, "text"))
                                    .orElse(""))))
        .or(
            () ->
                Json.object(block, "guardContent")
                    .flatMap(content -> Json.object(content, "text"))
                    .map(text -> Parts.text(Json.text(text, "text"))))
        .orElseGet(() -> Parts.other(block));
  }

  private static JsonObject result(JsonObject result) {
    List<JsonObject> content = Json.objects(result, "content");
    Object response =
        content.size() == 1 && content.getFirst().containsKey("json")
            ? content.getFirst().getValue("json")
            : OpenAiChat.text(
                content.stream()
                    .map(
                        block ->
                            block.containsKey("json")
                                ? new JsonObject()
                                    .put("type", "json")
                                    .put("json", block.getValue("json"))
                                : part(block))
                    .toList());
    return Parts.response(Json.text(result, "toolUseId"), response);
  }

  private static JsonObject media(String kind, JsonObject media) {
    String format = Json.text(media, "format");
    String mimeType = kind.equals("document") ? "" : kind + "/" + format;
    JsonObject source = Json.object(media, "source").orElseGet(JsonObject::new);
    if (source.getValue("text") instanceof String text) {
      return Parts.text(text);
    }
    return Json.object(source, "s3Location")
        .map(place -> Parts.uri(kind, mimeType, Json.text(place, "uri")))
        .orElseGet(() -> Parts.blob(kind, mimeType, Json.text(source, "bytes")));
  }

  /** Reads answers and the events of streamed ones, which Nova's own streams wrap by their name. */
  static final class Reader implements AnswerReader {
    private final Choice said = new Choice();

    /** Whether an object is an event of a stream, its name being its only member of note. */
    static boolean isEvent(JsonObject object) {
      return object.fieldNames().stream().anyMatch(EVENTS::contains);
    }

    @Override
    public void accept(String event, JsonObject object) {
      if (event.isEmpty() && isEvent(object)) {
        EVENTS.forEach(name -> Json.object(object, name).ifPresent(told -> accept(name, told)));
        return;
      }
      String key = "block " + Json.number(object, "contentBlockIndex", 0);
      switch (event) {
        case "contentBlockStart" ->
            Json.object(object, "start")
                .flatMap(start -> Json.object(start, "toolUse"))
                .ifPresent(
                    use -> said.call(key, Json.text(use, "toolUseId"), Json.text(use, "name"), ""));
        case "contentBlockDelta" ->
            Json.object(object, "delta").ifPresent(delta -> more(key, delta));
        case "messageStop" -> finished(object);
        case "messageStart", "contentBlockStop", "metadata" -> {}
        default -> whole(object);
      }
    }

    private void more(String key, JsonObject delta) {
      said.text(key, Json.text(delta, "text"));
      Json.object(delta, "reasoningContent")
          .ifPresent(content -> said.reasoning(key, Json.text(content, "text")));
      Json.object(delta, "toolUse")
          .ifPresent(
              use -> {
                switch (use.getValue("input")) {
                  case String piece -> said.arguments(key, piece);
                  case JsonObject whole -> said.arguments(key, whole.encode());
                  case null, default -> {}
                }
              });
    }

    private void whole(JsonObject answer) {
      Json.object(answer, "output")
          .flatMap(output -> Json.object(output, "message"))
          .ifPresent(message -> parts(message, "content").forEach(said::then));
      finished(answer);
    }

    private void finished(JsonObject told) {
      said.finished(AnthropicMessages.finishReason(Json.text(told, "stopReason")));
    }

    @Override
    public List<Choice> choices() {
      return List.of(said);
    }
  }
}
