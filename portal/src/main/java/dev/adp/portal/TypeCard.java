package dev.adp.portal;

import dev.adp.domain.ProviderConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A provider type as people choose it.
 *
 * @param type as {@link ProviderConfig#type()}
 * @param mark names its icon and colour
 * @param useWhen the product page's words
 * @param fields of its configuration, in the order of the page
 * @param reader reads its configuration from a form
 */
public record TypeCard(
    String type,
    String mark,
    String label,
    String useWhen,
    List<String> fields,
    ConfigReader reader) {
  private static final List<String> KEY_AND_URL = List.of("api_key_ref", "base_url", "models");

  static final TypeCard OPENAI =
      new TypeCard(
          "OPENAI",
          "openai",
          "OpenAI",
          "Proxy GPT, o-series, and embeddings through the OpenAI API. Best when you already hold"
              + " an OpenAI API key or want the broadest GPT model catalog.",
          KEY_AND_URL,
          ConfigReader::openAi);
  static final TypeCard ANTHROPIC =
      new TypeCard(
          "ANTHROPIC",
          "anthropic",
          "Anthropic",
          "Call Claude Opus, Sonnet, and Haiku directly. Strong at coding, long-context reasoning,"
              + " and tool use. Supports forwarding client Authorization headers to Anthropic for"
              + " enterprise and Max-plan subscription passthrough.",
          KEY_AND_URL,
          ConfigReader::anthropic);
  static final TypeCard GOOGLE =
      new TypeCard(
          "GOOGLE",
          "google",
          "Google AI",
          "Reach Gemini Pro, Flash, and multimodal models through Google AI Studio. Ideal for"
              + " long-context workloads and image/video inputs.",
          KEY_AND_URL,
          ConfigReader::google);
  static final TypeCard BEDROCK =
      new TypeCard(
          "BEDROCK",
          "bedrock",
          "AWS Bedrock",
          "Invoke foundation models (Claude, Llama, Titan, Nova, Mistral, AI21 Jamba) hosted inside"
              + " your AWS account. Requires an AWS region and credentials (static, STS-assumed"
              + " role, or the default credential chain). Supports the native Bedrock APIs"
              + " (InvokeModel, Converse) and an OpenAI-compatible Chat Completions endpoint for"
              + " gpt-oss models.",
          List.of(
              "region",
              "base_url",
              "credential",
              "access_key_id_ref",
              "secret_access_key_ref",
              "role_arn",
              "external_id",
              "session_name",
              "guardrail",
              "models"),
          ConfigReader::bedrock);
  static final TypeCard OPENAI_COMPATIBLE =
      new TypeCard(
          "OPENAI_COMPATIBLE",
          "compatible",
          "OpenAI-compatible",
          "Point at any OpenAI-compatible endpoint that ships /v1/chat/completions (vLLM, Ollama,"
              + " LM Studio, LocalAI, Together, Groq, OpenRouter). Useful for self-hosted models"
              + " and aggregator gateways. Requires a Base URL. Authentication is optional.",
          List.of("base_url", "api_key_ref", "models"),
          ConfigReader::openAiCompatible);

  /** In the order of the product page. */
  static final List<TypeCard> ALL = List.of(OPENAI, ANTHROPIC, GOOGLE, BEDROCK, OPENAI_COMPATIBLE);

  /** The card of a type as {@link ProviderConfig#type()} names it. */
  static TypeCard of(String type) {
    return ALL.stream().filter(card -> card.type().equals(type)).findFirst().orElseThrow();
  }

  static TypeCard of(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi _ -> OPENAI;
      case ProviderConfig.Anthropic _ -> ANTHROPIC;
      case ProviderConfig.Google _ -> GOOGLE;
      case ProviderConfig.Bedrock _ -> BEDROCK;
      case ProviderConfig.OpenAiCompatible _ -> OPENAI_COMPATIBLE;
    };
  }

  static Optional<TypeCard> named(String slug) {
    return ALL.stream().filter(card -> card.slug().equals(slug)).findFirst();
  }

  /** In URLs and form fields. */
  public String slug() {
    return type.toLowerCase(Locale.ROOT);
  }
}
