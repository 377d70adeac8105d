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
  client.messages().create(params).content().stream()
      .flatMap(block -> block.text().stream())
      .forEach(text -> IO.println(text.text()));
  client.close();
}
