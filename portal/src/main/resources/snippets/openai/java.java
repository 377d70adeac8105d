// Maven: com.openai:openai-java
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.ResponseCreateParams;

void main() {
  var client =
      OpenAIOkHttpClient.builder()
          .baseUrl("{{url}}")
          .apiKey(System.getenv("GATEWAY_TOKEN"))
          .build();
  var params =
      ResponseCreateParams.builder()
          .model("{{model}}")
          .input("Say hello in one short sentence.")
          .build();
  client.responses().create(params).output().stream()
      .flatMap(item -> item.message().stream())
      .flatMap(message -> message.content().stream())
      .flatMap(content -> content.outputText().stream())
      .forEach(text -> IO.println(text.text()));
  client.close();
}
