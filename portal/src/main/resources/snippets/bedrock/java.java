// Maven: software.amazon.awssdk:bedrockruntime
import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

void main() {
  // The gateway token takes the place of keys: the gateway signs for AWS itself.
  System.setProperty("aws.bearerTokenBedrock", System.getenv("GATEWAY_TOKEN"));
  var message =
      Message.builder()
          .role(ConversationRole.USER)
          .content(ContentBlock.fromText("Say hello in one short sentence."))
          .build();
  try (var client =
      BedrockRuntimeClient.builder()
          .endpointOverride(URI.create("{{url}}"))
          .region(Region.of("{{region}}"))
          .build()) {
    var response =
        client.converse(request -> request.modelId("{{model}}").messages(message));
    IO.println(response.output().message().content().getFirst().text());
  }
}
