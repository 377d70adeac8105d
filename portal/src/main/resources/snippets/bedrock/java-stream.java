// Maven: software.amazon.awssdk:bedrockruntime
import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler.Visitor;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

void main() {
  // The gateway token takes the place of keys: the gateway signs for AWS itself.
  System.setProperty("aws.bearerTokenBedrock", System.getenv("GATEWAY_TOKEN"));
  var message =
      Message.builder()
          .role(ConversationRole.USER)
          .content(ContentBlock.fromText("Say hello in one short sentence."))
          .build();
  var printer =
      Visitor.builder().onContentBlockDelta(event -> IO.print(event.delta().text())).build();
  try (var client =
      BedrockRuntimeAsyncClient.builder()
          .endpointOverride(URI.create("{{url}}"))
          .region(Region.of("{{region}}"))
          .build()) {
    client
        .converseStream(
            request -> request.modelId("{{model}}").messages(message),
            ConverseStreamResponseHandler.builder().subscriber(printer).build())
        .join();
  }
  IO.println();
}
