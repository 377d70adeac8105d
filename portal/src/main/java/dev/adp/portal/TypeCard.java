package dev.adp.portal;

import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A provider type as people choose it.
 *
 * @param type as {@link ProviderConfig#type()}
 * @param mark names its icon and colour
 * @param useWhen the product page's words
 * @param reader reads its configuration from a form
 */
public record TypeCard(
    String type, String mark, String label, String useWhen, ConfigReader reader) {
  static final TypeCard OPENAI =
      new TypeCard(
          "OPENAI",
          "openai",
          "OpenAI",
          "Proxy GPT, o-series, and embeddings through the OpenAI API. Best when you already hold"
              + " an OpenAI API key or want the broadest GPT model catalog.",
          ConfigReader::openAi);
  static final TypeCard OPENAI_COMPATIBLE =
      new TypeCard(
          "OPENAI_COMPATIBLE",
          "compatible",
          "OpenAI-compatible",
          "Point at any OpenAI-compatible endpoint that ships /v1/chat/completions (vLLM, Ollama,"
              + " LM Studio, LocalAI, Together, Groq, OpenRouter). Useful for self-hosted models"
              + " and aggregator gateways. Requires a Base URL. Authentication is optional.",
          ConfigReader::openAiCompatible);

  /** In the order of the product page. */
  static final List<TypeCard> ALL = List.of(OPENAI, OPENAI_COMPATIBLE);

  static TypeCard of(ProviderConfig config) {
    return switch (config) {
      case OpenAi _ -> OPENAI;
      case ProviderConfig.Anthropic _, ProviderConfig.Google _, ProviderConfig.Bedrock _ ->
          throw new IllegalStateException("no card for " + config.typeName());
      case OpenAiCompatible _ -> OPENAI_COMPATIBLE;
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
