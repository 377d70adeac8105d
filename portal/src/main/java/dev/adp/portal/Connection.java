package dev.adp.portal;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Connection card of a provider.
 *
 * @param addresses what people copy
 * @param facts what they read
 */
public record Connection(List<Fact> addresses, List<Fact> facts) {

  static Connection of(LlmProvider provider, PortalSettings settings) {
    var addresses = new ArrayList<Fact>();
    addresses.add(new Fact("Proxy URL", settings.proxyUrl(provider.name())));
    addresses.add(new Fact("Discovery URL", settings.discoveryUrl()));
    addresses.add(new Fact("Base URL", provider.config().upstream().toString()));
    addresses.addAll(credential(provider.config()));
    var facts = new ArrayList<Fact>();
    facts.add(new Fact("Authorization passthrough", passthrough(provider.config())));
    facts.addAll(particular(provider.config()));
    facts.add(new Fact("Transcripts", transcripts(provider.draft().transcripts())));
    return new Connection(addresses, facts);
  }

  private static List<Fact> credential(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi(_, var key) -> List.of(keyRef(Optional.of(key)));
      case ProviderConfig.Anthropic(_, var key) -> List.of(keyRef(key));
      case ProviderConfig.Google(_, var key) -> List.of(keyRef(Optional.of(key)));
      case ProviderConfig.OpenAiCompatible(_, var key, _) -> List.of(keyRef(key));
      case ProviderConfig.Bedrock bedrock ->
          switch (bedrock.credential()) {
            case AwsCredential.DefaultChain _ -> List.of();
            case AwsCredential.StaticKeys(var id, var secret) ->
                List.of(
                    new Fact("Access key ID ref", id.value()),
                    new Fact("Secret access key ref", secret.value()));
            case AwsCredential.AssumeRole(var arn, var externalId, var sessionName) ->
                List.of(
                    new Fact("Role ARN", arn),
                    new Fact("External ID", externalId.orElse("")),
                    new Fact("Session name", sessionName.orElse("")));
          };
    };
  }

  private static Fact keyRef(Optional<SecretRef> key) {
    return new Fact("API key ref", key.map(SecretRef::value).orElse(""));
  }

  private static String passthrough(ProviderConfig config) {
    return config instanceof ProviderConfig.Anthropic anthropic
            && anthropic.authorizationPassthrough()
        ? "On: clients send their own Authorization"
        : "Off";
  }

  private static List<Fact> particular(ProviderConfig config) {
    return config instanceof ProviderConfig.Bedrock bedrock
        ? List.of(
            new Fact("Region", bedrock.region().value()),
            new Fact("Credential type", credentialType(bedrock.credential())),
            new Fact("Guardrail", bedrock.guardrail().map(Object::toString).orElse("None")))
        : List.of();
  }

  private static String credentialType(AwsCredential credential) {
    return switch (credential) {
      case AwsCredential.DefaultChain _ -> "Default chain";
      case AwsCredential.StaticKeys _ -> "Static keys";
      case AwsCredential.AssumeRole _ -> "Assume IAM role";
    };
  }

  private static String transcripts(Transcripts recorded) {
    if (recorded.recordInputMessages()) {
      return recorded.recordOutputMessages() ? "Inputs and outputs recorded" : "Inputs recorded";
    }
    return recorded.recordOutputMessages() ? "Outputs recorded" : "Off";
  }
}
