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
  try (var response = client.responses().createStreaming(params)) {
    response.stream()
        .flatMap(event -> event.outputTextDelta().stream())
        .forEach(delta -> IO.print(delta.delta()));
  }
  IO.println();
  client.close();
}
