package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/** Conversations with Amazon's own client for Java, by Converse and ConverseStream. */
final class ConverseTalk {
  static final String MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

  private static final Document CITY =
      Document.mapBuilder()
          .putString("type", "object")
          .putDocument(
              "properties",
              Document.mapBuilder()
                  .putDocument("city", Document.mapBuilder().putString("type", "string").build())
                  .build())
          .build();

  /** One tool, {@link Talk#TOOL}, that takes a city. */
  static final ToolConfiguration TOOLS =
      ToolConfiguration.builder()
          .tools(
              Tool.fromToolSpec(
                  ToolSpecification.builder()
                      .name(Talk.TOOL)
                      .inputSchema(in -> in.json(CITY))
                      .build()))
          .build();

  private ConverseTalk() {}

  static void converse(Talk talk) {
    var said = new ArrayList<Message>();
    said.add(message(ConversationRole.USER, ContentBlock.fromText(talk.words().question())));
    List<ContentBlock> call = answer(talk, said);
    said.add(message(ConversationRole.ASSISTANT, call.toArray(ContentBlock[]::new)));
    var result =
        ToolResultBlock.builder()
            .toolUseId(call.getFirst().toolUse().toolUseId())
            .content(ToolResultContentBlock.fromText(talk.words().result()))
            .build();
    said.add(message(ConversationRole.USER, ContentBlock.fromToolResult(result)));
    talk.ends(answer(talk, said).getFirst().text());
  }

  private static Message message(ConversationRole role, ContentBlock... content) {
    return Message.builder().role(role).content(content).build();
  }

  private static List<ContentBlock> answer(Talk talk, List<Message> said) {
    var system = SystemContentBlock.fromText(talk.words().system());
    if (talk.streamed()) {
      return pieces(
          talk,
          ConverseStreamRequest.builder()
              .modelId(MODEL)
              .overrideConfiguration(config -> config.putHeader(Talk.HEADER, talk.conversation()))
              .system(system)
              .messages(said)
              .toolConfig(TOOLS)
              .build());
    }
    try (var client = AwsSdk.client(talk.url(), talk.token())) {
      return client
          .converse(
              ConverseRequest.builder()
                  .modelId(MODEL)
                  .overrideConfiguration(
                      config -> config.putHeader(Talk.HEADER, talk.conversation()))
                  .system(system)
                  .messages(said)
                  .toolConfig(TOOLS)
                  .build())
          .output()
          .message()
          .content();
    }
  }

  /** One block: its pieces put together. */
  private static List<ContentBlock> pieces(Talk talk, ConverseStreamRequest said) {
    var text = new StringBuilder();
    var arguments = new StringBuilder();
    var call = ToolUseBlock.builder();
    var visitor =
        ConverseStreamResponseHandler.Visitor.builder()
            .onContentBlockStart(
                start -> {
                  if (start.start().toolUse() != null) {
                    call.toolUseId(start.start().toolUse().toolUseId())
                        .name(start.start().toolUse().name());
                  }
                })
            .onContentBlockDelta(
                piece -> {
                  ContentBlockDelta delta = piece.delta();
                  if (delta.toolUse() != null) {
                    arguments.append(delta.toolUse().input());
                  } else {
                    text.append(delta.text());
                  }
                })
            .build();
    try (var client = AwsSdk.asyncClient(talk.url(), talk.token())) {
      client
          .converseStream(said, ConverseStreamResponseHandler.builder().subscriber(visitor).build())
          .join();
    }
    if (arguments.isEmpty()) {
      return List.of(ContentBlock.fromText(text.toString()));
    }
    var input = new JsonObject(arguments.toString());
    return List.of(
        ContentBlock.fromToolUse(
            call.input(
                    Document.mapBuilder()
                        .putString("city", input.getString("city"))
                        .putNumber("days", input.getInteger("days"))
                        .build())
                .build()));
  }
}
