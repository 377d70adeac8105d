package dev.adp.e2e;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;

/** Conversations with Amazon's own client for Java, by InvokeModel with bodies of Anthropic. */
final class InvokeTalk {
  private InvokeTalk() {}

  static void invoke(Talk talk) {
    JsonArray said = new JsonArray().add(message("user", talk.words().question()));
    JsonArray call = answer(talk, said);
    said.add(message("assistant", call));
    said.add(
        message(
            "user",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("type", "tool_result")
                        .put("tool_use_id", call.getJsonObject(0).getString("id"))
                        .put("content", talk.words().result()))));
    talk.ends(answer(talk, said).getJsonObject(0).getString("text"));
  }

  private static JsonObject message(String role, Object content) {
    return new JsonObject().put("role", role).put("content", content);
  }

  private static JsonArray answer(Talk talk, JsonArray said) {
    var tool =
        new JsonObject()
            .put("name", Talk.TOOL)
            .put(
                "input_schema",
                new JsonObject(
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}"));
    SdkBytes body =
        SdkBytes.fromUtf8String(
            new JsonObject()
                .put("anthropic_version", "bedrock-2023-05-31")
                .put("max_tokens", 100)
                .put("system", talk.words().system())
                .put("messages", said)
                .put("tools", new JsonArray().add(tool))
                .encode());
    return talk.streamed() ? pieces(talk, body) : whole(talk, body);
  }

  private static JsonArray whole(Talk talk, SdkBytes body) {
    try (var client = AwsSdk.client(talk.url(), talk.token())) {
      var answer =
          client.invokeModel(
              InvokeModelRequest.builder()
                  .modelId(ConverseTalk.MODEL)
                  .overrideConfiguration(
                      config -> config.putHeader(Talk.HEADER, talk.conversation()))
                  .contentType("application/json")
                  .body(body)
                  .build());
      return new JsonObject(answer.body().asUtf8String()).getJsonArray("content");
    }
  }

  private static JsonArray pieces(Talk talk, SdkBytes body) {
    List<JsonObject> events = new ArrayList<>();
    var visitor =
        InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
            .onChunk(piece -> events.add(new JsonObject(piece.bytes().asUtf8String())))
            .build();
    try (var client = AwsSdk.asyncClient(talk.url(), talk.token())) {
      client
          .invokeModelWithResponseStream(
              InvokeModelWithResponseStreamRequest.builder()
                  .modelId(ConverseTalk.MODEL)
                  .overrideConfiguration(
                      config -> config.putHeader(Talk.HEADER, talk.conversation()))
                  .contentType("application/json")
                  .body(body)
                  .build(),
              InvokeModelWithResponseStreamResponseHandler.builder().subscriber(visitor).build())
          .join();
    }
    return content(events);
  }

  /** One block: its pieces put together. */
  private static JsonArray content(List<JsonObject> events) {
    var block = new JsonObject();
    var text = new StringBuilder();
    for (JsonObject event : events) {
      block.mergeIn(event.getJsonObject("content_block", new JsonObject()));
      JsonObject delta = event.getJsonObject("delta", new JsonObject());
      text.append(delta.getString("text", "")).append(delta.getString("partial_json", ""));
    }
    return new JsonArray()
        .add(
            block.getString("type").equals("text")
                ? block.put("text", text.toString())
                : block.put("input", new JsonObject(text.toString())));
  }
}
