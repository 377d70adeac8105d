// Maven: com.anthropic:anthropic-java
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;

void main() {
  var client =
      AnthropicOkHttpClient.builder()
          .baseUrl("{{url}}")
          .authToken(System.getenv("GATEWAY_TOKEN"))
          .build();
  var params =
      MessageCreateParams.builder()
          .model("{{model}}")
          .maxTokens(1024)
          .addUserMessage("Say hello in one short sentence.")
          .build();
  try (var message = client.messages().createStreaming(params)) {
    message.stream()
        .flatMap(event -> event.contentBlockDelta().stream())
        .flatMap(delta -> delta.delta().text().stream())
        .forEach(text -> IO.print(text.text()));
  }
  IO.println();
  client.close();
}
