package dev.adp.e2e;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.List;
import java.util.Map;

/** Conversations with Anthropic's own client for Java. */
final class AnthropicTalk {
  private static final String MODEL = "claude-haiku-4-5";

  private AnthropicTalk() {}

  static void messages(Talk talk) {
    AnthropicClient client =
        AnthropicOkHttpClient.builder()
            .baseUrl(talk.url())
            .apiKey(talk.token())
            .maxRetries(0)
            .build();
    var schema =
        Tool.InputSchema.builder()
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
            .build();
    var said =
        MessageCreateParams.builder()
            .model(MODEL)
            .maxTokens(100)
            .putAdditionalHeader(Talk.HEADER, talk.conversation())
            .system(talk.words().system())
            .addUserMessage(talk.words().question())
            .addTool(Tool.builder().name(Talk.TOOL).inputSchema(schema).build());
    Message call = answer(client, said.build(), talk.streamed());
    ToolUseBlock use =
        call.content().stream()
            .flatMap(block -> block.toolUse().stream())
            .findFirst()
            .orElseThrow();
    said.addMessage(call)
        .addUserMessageOfContentBlockParams(
            List.of(
                ContentBlockParam.ofToolResult(
                    ToolResultBlockParam.builder()
                        .toolUseId(use.id())
                        .content(talk.words().result())
                        .build())));
    talk.ends(answer(client, said.build(), talk.streamed()).content().getFirst().asText().text());
  }

  private static Message answer(
      AnthropicClient client, MessageCreateParams said, boolean streamed) {
    if (!streamed) {
      return client.messages().create(said);
    }
    var answer = MessageAccumulator.create();
    try (var stream = client.messages().createStreaming(said)) {
      stream.stream().forEach(answer::accumulate);
    }
    return answer.message();
  }
}
