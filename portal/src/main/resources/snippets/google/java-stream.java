// Maven: com.google.genai:google-genai
import com.google.genai.Client;
import com.google.genai.types.HttpOptions;

void main() {
  var options =
      HttpOptions.builder()
          .baseUrl("{{url}}")
          .apiVersion("v1beta")
          .build();
  try (var client =
          Client.builder().apiKey(System.getenv("GATEWAY_TOKEN")).httpOptions(options).build();
      var stream =
          client.models.generateContentStream(
              "{{model}}",
              "Say hello in one short sentence.",
              null)) {
    stream.forEach(chunk -> IO.print(chunk.text()));
  }
  IO.println();
}
