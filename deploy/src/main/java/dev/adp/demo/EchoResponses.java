package dev.adp.demo;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/** The echo model in the words of OpenAI's responses, which is what its newer SDKs show first. */
final class EchoResponses {
  private static final String DONE = "completed";

  private final EchoTokens tokens;

  EchoResponses(EchoTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * What a request says, as messages of a chat.
   *
   * @return none when it says nothing
   */
  static JsonArray messages(JsonObject request) {
    return switch (request.getValue("input")) {
      case String text when !text.isBlank() ->
          new JsonArray().add(new JsonObject().put("role", "user").put("content", text));
      case JsonArray items -> items;
      case null, default -> new JsonArray();
    };
  }

  /** An answer without its text and its usage, which are its last news. */
  static JsonObject begun(JsonObject request) {
    return new JsonObject()
        .put("id", "resp_" + UUID.randomUUID())
        .put("object", "response")
        .put("created_at", Instant.now().getEpochSecond())
        .put("status", "in_progress")
        .put("model", request.getString("model", EchoModel.MODEL))
        .putNull("error")
        .putNull("incomplete_details")
        .put("output", new JsonArray())
        .put("parallel_tool_calls", true)
        .put("tool_choice", "auto")
        .put("tools", new JsonArray())
        .putNull("usage");
  }

  /** The whole answer. */
  JsonObject ended(JsonObject begun, JsonArray messages, String reasoning, String said) {
    JsonObject chat = tokens.usage(messages, reasoning, said);
    return begun
        .copy()
        .put("status", DONE)
        .put("output", new JsonArray().add(item(begun, DONE, new JsonArray().add(part(said)))))
        .put(
            "usage",
            new JsonObject()
                .put("input_tokens", chat.getInteger("prompt_tokens"))
                .put("input_tokens_details", chat.getJsonObject("prompt_tokens_details"))
                .put("output_tokens", chat.getInteger("completion_tokens"))
                .put("output_tokens_details", chat.getJsonObject("completion_tokens_details"))
                .put("total_tokens", chat.getInteger("total_tokens")));
  }

  private static JsonObject item(JsonObject begun, String status, JsonArray content) {
    return new JsonObject()
        .put("id", begun.getString("id").replace("resp_", "msg_"))
        .put("type", "message")
        .put("status", status)
        .put("role", "assistant")
        .put("content", content);
  }

  private static JsonObject part(String text) {
    return new JsonObject()
        .put("type", "output_text")
        .put("text", text)
        .put("annotations", new JsonArray());
  }

  /** The events of one streamed answer, in their order. */
  static final class Events {
    private final HttpServerResponse response;
    private final JsonObject begun;
    private int sequence;

    Events(HttpServerResponse response, JsonObject begun) {
      this.response = response;
      this.begun = begun;
    }

    void begin() {
      send("response.created", new JsonObject().put("response", begun));
      send("response.in_progress", new JsonObject().put("response", begun));
      send(
          "response.output_item.added",
          new JsonObject().put("item", item(begun, "in_progress", new JsonArray())));
      send("response.content_part.added", ofText().put("part", part("")));
    }

    void word(String word) {
      send("response.output_text.delta", ofText().put("delta", word));
    }

    void end(JsonObject ended, String said) {
      send("response.output_text.done", ofText().put("text", said));
      send("response.content_part.done", ofText().put("part", part(said)));
      send(
          "response.output_item.done",
          new JsonObject().put("item", ended.getJsonArray("output").getJsonObject(0)));
      send("response.completed", new JsonObject().put("response", ended));
      var _ = response.end();
    }

    private JsonObject ofText() {
      return new JsonObject()
          .put("item_id", item(begun, DONE, new JsonArray()).getString("id"))
          .put("content_index", 0);
    }

    private void send(String type, JsonObject data) {
      if (type.contains("output") || type.contains("content")) {
        data.put("output_index", 0);
      }
      data.put("type", type).put("sequence_number", sequence++);
      var _ = response.write("event: " + type + "\ndata: " + data.encode() + "\n\n");
    }
  }
}
