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
  client.chat().completions().create(params).choices().stream()
      .flatMap(choice -> choice.message().content().stream())
      .forEach(IO::println);
  client.close();
}
