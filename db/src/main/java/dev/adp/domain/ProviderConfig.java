package dev.adp.domain;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is particular to the type of an LLM provider. The type of a provider is the type of this
 * record: there is no second place that says it.
 */
public sealed interface ProviderConfig {

  /** The OpenAI API, or a host that speaks exactly it. */
  record OpenAi(Optional<BaseUrl> baseUrl, SecretRef apiKey) implements ProviderConfig {
    public static final BaseUrl DEFAULT_BASE_URL =
        BaseUrl.of("openai_config.base_url", "https://api.openai.com/v1");
  }

  /**
   * The Anthropic API.
   *
   * @param apiKey empty = authorization passthrough: each client brings its own {@code
   *     Authorization} for Anthropic
   */
  record Anthropic(Optional<BaseUrl> baseUrl, Optional<SecretRef> apiKey)
      implements ProviderConfig {
    public static final BaseUrl DEFAULT_BASE_URL =
        BaseUrl.of("anthropic_config.base_url", "https://api.anthropic.com");

    public boolean authorizationPassthrough() {
      return apiKey.isEmpty();
    }
  }

  /** Google AI Studio: the Gemini API. */
  record Google(Optional<BaseUrl> baseUrl, SecretRef apiKey) implements ProviderConfig {
    public static final BaseUrl DEFAULT_BASE_URL =
        BaseUrl.of("google_config.base_url", "https://generativelanguage.googleapis.com");
  }

  /**
   * AWS Bedrock's runtime.
   *
   * @param guardrail name of the guardrail that every call passes
   */
  record Bedrock(
      AwsRegion region,
      Optional<BaseUrl> baseUrl,
      AwsCredential credential,
      Optional<ResourceId> guardrail)
      implements ProviderConfig {}

  /**
   * Any server that ships {@code /v1/chat/completions}.
   *
   * @param streamUsage whether the gateway may ask for usage in streams ({@code
   *     stream_options.include_usage}); off for servers that refuse unknown fields
   */
  record OpenAiCompatible(BaseUrl baseUrl, Optional<SecretRef> apiKey, boolean streamUsage)
      implements ProviderConfig {}

  /** Names of all types, in the order of the product page. */
  List<String> TYPES = List.of("OPENAI", "ANTHROPIC", "GOOGLE", "BEDROCK", "OPENAI_COMPATIBLE");

  /** Name of the type, as stored; on the wire it follows {@code LLM_PROVIDER_TYPE_}. */
  default String type() {
    return switch (this) {
      case OpenAi _ -> "OPENAI";
      case Anthropic _ -> "ANTHROPIC";
      case Google _ -> "GOOGLE";
      case Bedrock _ -> "BEDROCK";
      case OpenAiCompatible _ -> "OPENAI_COMPATIBLE";
    };
  }

  /** Name of the type for people. */
  default String typeName() {
    return typeName(type());
  }

  /** Name for people of a type that is given by its stored name. */
  static String typeName(String type) {
    return switch (type) {
      case "OPENAI" -> "OpenAI";
      case "ANTHROPIC" -> "Anthropic";
      case "GOOGLE" -> "Google AI";
      case "BEDROCK" -> "AWS Bedrock";
      case "OPENAI_COMPATIBLE" -> "OpenAI-compatible";
      default -> type;
    };
  }

  /** Name of the object that holds this configuration in JSON and HCL. */
  default String fieldName() {
    return switch (this) {
      case OpenAi _ -> "openai_config";
      case Anthropic _ -> "anthropic_config";
      case Google _ -> "google_config";
      case Bedrock _ -> "bedrock_config";
      case OpenAiCompatible _ -> "openai_compatible_config";
    };
  }

  /** The base URL, where people have given one. */
  default Optional<BaseUrl> givenBaseUrl() {
    return switch (this) {
      case OpenAi(var baseUrl, _) -> baseUrl;
      case Anthropic(var baseUrl, _) -> baseUrl;
      case Google(var baseUrl, _) -> baseUrl;
      case Bedrock(_, var baseUrl, _, _) -> baseUrl;
      case OpenAiCompatible(var baseUrl, _, _) -> Optional.of(baseUrl);
    };
  }

  /** Where calls go: the base URL of this provider or the standard one of its type. */
  default BaseUrl upstream() {
    return switch (this) {
      case OpenAi(var baseUrl, _) -> baseUrl.orElse(OpenAi.DEFAULT_BASE_URL);
      case Anthropic(var baseUrl, _) -> baseUrl.orElse(Anthropic.DEFAULT_BASE_URL);
      case Google(var baseUrl, _) -> baseUrl.orElse(Google.DEFAULT_BASE_URL);
      case Bedrock(var region, var baseUrl, _, _) -> baseUrl.orElseGet(region::bedrockRuntime);
      case OpenAiCompatible(var baseUrl, _, _) -> baseUrl;
    };
  }

  /** Name of the guardrail that every call passes. */
  default Optional<ResourceId> attachedGuardrail() {
    return this instanceof Bedrock bedrock ? bedrock.guardrail() : Optional.empty();
  }

  /** Every secret that this configuration refers to, with the field that names it. */
  default Stream<SecretUse> secretUses() {
    return switch (this) {
      case OpenAi(_, var apiKey) -> Stream.of(new SecretUse("openai_config.api_key_ref", apiKey));
      case Anthropic(_, var apiKey) ->
          apiKey.stream().map(ref -> new SecretUse("anthropic_config.api_key_ref", ref));
      case Google(_, var apiKey) -> Stream.of(new SecretUse("google_config.api_key_ref", apiKey));
      case Bedrock(_, _, var credential, _) -> credential.secretUses();
      case OpenAiCompatible(_, var apiKey, _) ->
          apiKey.stream().map(ref -> new SecretUse("openai_compatible_config.api_key_ref", ref));
    };
  }

  /** A field and the secret that it names. */
  record SecretUse(String field, SecretRef secret) {}
}
