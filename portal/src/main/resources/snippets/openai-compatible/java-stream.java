// Maven: com.openai:openai-java
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

void main() {
  var client =
      OpenAIOkHttpClient.builder()
          .baseUrl("{{url}}")
          .apiKey(System.getenv("GATEWAY_TOKEN"))
          .build();
  var params =
      ChatCompletionCreateParams.builder()
          .model("{{model}}")
          .addUserMessage("Say hello in one short sentence.")
          .build();
  try (var completion = client.chat().completions().createStreaming(params)) {
    completion.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .flatMap(choice -> choice.delta().content().stream())
        .forEach(IO::print);
  }
  IO.println();
  client.close();
}
