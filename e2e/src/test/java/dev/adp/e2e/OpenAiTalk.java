package dev.adp.e2e;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Conversations with OpenAI's own client for Java. */
final class OpenAiTalk {
  private static final String MODEL = "gpt-5.4-mini";
  private static final JsonValue CITY = JsonValue.from(Map.of("city", Map.of("type", "string")));

  private OpenAiTalk() {}

  /** By chat completions. */
  static void chat(Talk talk) {
    OpenAIClient client = Sdk.client(talk.url(), talk.token());
    var parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty("properties", CITY)
            .build();
    var said =
        ChatCompletionCreateParams.builder()
            .model(MODEL)
            .putAdditionalHeader(Talk.HEADER, talk.conversation())
            .addSystemMessage(talk.words().system())
            .addUserMessage(talk.words().question())
            .addFunctionTool(
                FunctionDefinition.builder().name(Talk.TOOL).parameters(parameters).build());
    ChatCompletionMessage call = answer(client, said.build(), talk.streamed());
    said.addMessage(call)
        .addMessage(
            ChatCompletionToolMessageParam.builder()
                .toolCallId(call.toolCalls().orElseThrow().getFirst().asFunction().id())
                .content(talk.words().result())
                .build());
    talk.ends(answer(client, said.build(), talk.streamed()).content().orElse(""));
  }

  private static ChatCompletionMessage answer(
      OpenAIClient client, ChatCompletionCreateParams said, boolean streamed) {
    if (!streamed) {
      return client.chat().completions().create(said).choices().getFirst().message();
    }
    var answer = ChatCompletionAccumulator.create();
    try (var stream = client.chat().completions().createStreaming(said)) {
      stream.stream().forEach(answer::accumulate);
    }
    return answer.chatCompletion().choices().getFirst().message();
  }

  /** By responses. */
  static void responses(Talk talk) {
    OpenAIClient client = Sdk.client(talk.url(), talk.token());
    var said = new ArrayList<ResponseInputItem>();
    said.add(
        ResponseInputItem.ofEasyInputMessage(
            EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(talk.words().question())
                .build()));
    ResponseFunctionToolCall call =
        response(client, talk, said).output().stream()
            .flatMap(item -> item.functionCall().stream())
            .findFirst()
            .orElseThrow();
    said.add(ResponseInputItem.ofFunctionCall(call));
    said.add(
        ResponseInputItem.ofFunctionCallOutput(
            ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output(talk.words().result())
                .build()));
    talk.ends(
        response(client, talk, said)
            .output()
            .getFirst()
            .asMessage()
            .content()
            .getFirst()
            .asOutputText()
            .text());
  }

  private static Response response(OpenAIClient client, Talk talk, List<ResponseInputItem> said) {
    var params =
        ResponseCreateParams.builder()
            .model(MODEL)
            .putAdditionalHeader(Talk.HEADER, talk.conversation())
            .instructions(talk.words().system())
            .inputOfResponse(List.copyOf(said))
            .addTool(
                FunctionTool.builder()
                    .name(Talk.TOOL)
                    .parameters(
                        FunctionTool.Parameters.builder()
                            .putAdditionalProperty("type", JsonValue.from("object"))
                            .putAdditionalProperty("properties", CITY)
                            .build())
                    .strict(false)
                    .build())
            .build();
    if (!talk.streamed()) {
      return client.responses().create(params);
    }
    var answer = ResponseAccumulator.create();
    try (var stream = client.responses().createStreaming(params)) {
      stream.stream().forEach(answer::accumulate);
    }
    return answer.response();
  }
}
