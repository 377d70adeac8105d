package dev.adp.gateway;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ProviderConfig;
import java.util.stream.Collectors;

/** What to do when an upstream does not take a credential; each type fails in its own way. */
final class CredentialAdvice {
  private CredentialAdvice() {}

  /** The upstream does not know the credential. */
  static Finding rejected(ProviderConfig config) {
    String advice =
        switch (config) {
          case ProviderConfig.OpenAi _ ->
              "The upstream does not take the key in %s. Check that it is whole, not revoked and of this service: Azure has keys of its own, and so has each project."
                  .formatted(secrets(config));
          case ProviderConfig.Anthropic anthropic ->
              anthropic.authorizationPassthrough()
                  ? "Anthropic does not take your own Authorization. Check that the client sends"
                      + " its own Authorization header, that it is not expired, and that the API"
                      + " key field of the provider is empty."
                  : "Anthropic does not take the key in %s. It must be an API key of the Anthropic Console: a token of a subscription only works with authorization passthrough."
                      .formatted(secrets(config));
          case ProviderConfig.Google _ ->
              "Gemini does not take the key in %s. It wants an API key of Google AI Studio in the header x-goog-api-key, where the gateway puts it; an OAuth token or a key of Vertex AI does not work. Clients, too, send their token in x-goog-api-key."
                  .formatted(secrets(config));
          case ProviderConfig.Bedrock(_, _, var credential, _) -> aws(credential, config);
          case ProviderConfig.OpenAiCompatible(_, var key, _) ->
              key.isPresent()
                  ? "The server does not take the key in %s. Check that it is whole, not revoked and of this service."
                      .formatted(secrets(config))
                  : "The server wants a key, and the provider has none. Set its API key reference.";
        };
    return new Finding(Cause.CREDENTIAL_REJECTED, advice);
  }

  private static String aws(AwsCredential credential, ProviderConfig config) {
    return switch (credential) {
      case AwsCredential.StaticKeys _ ->
          "AWS does not take the keys in %s. Check that both are of the same access key, whole and active, and that they are no temporary keys."
              .formatted(secrets(config));
      case AwsCredential.AssumeRole(var role, _, _) ->
          "AWS does not take the keys that it lent for the role %s. Check the clock of the gateway's host."
              .formatted(role);
      case AwsCredential.DefaultChain _ ->
          "AWS does not take what the default credential chain of the gateway found. Check the"
              + " environment, pod identity or instance profile that it runs with.";
    };
  }

  /** The upstream knows the credential and does not allow the call. */
  static Finding denied(ProviderConfig config, String model) {
    String advice =
        switch (config) {
          case ProviderConfig.OpenAi _, ProviderConfig.OpenAiCompatible _ ->
              "The key is known, but may not call \"%s\". Check its permissions, its project and"
                  + " the networks that it is allowed from.";
          case ProviderConfig.Anthropic anthropic ->
              anthropic.authorizationPassthrough()
                  ? "Anthropic knows your Authorization, but it may not call \"%s\". Check that"
                      + " your subscription covers the model, and that the API key field of the"
                      + " provider is empty."
                  : "The key is known, but may not call \"%s\". Check its workspace and its"
                      + " permissions.";
          case ProviderConfig.Google _ ->
              "The key may not call \"%s\". Check that the Generative Language API is enabled in"
                  + " its project, that the restrictions of the key allow that API and the"
                  + " gateway's address, and that it is sent in x-goog-api-key: Gemini takes no"
                  + " Authorization header.";
          case ProviderConfig.Bedrock bedrock -> iam(bedrock, model);
        };
    return new Finding(Cause.ACCESS_DENIED, advice.replace("%s", model));
  }

  private static String iam(ProviderConfig.Bedrock bedrock, String model) {
    return BedrockDiagnosis.iam(bedrock.region().value(), model);
  }

  private static String secrets(ProviderConfig config) {
    return config
        .secretUses()
        .map(use -> "the secret \"%s\"".formatted(use.secret()))
        .collect(Collectors.joining(" and "));
  }
}
