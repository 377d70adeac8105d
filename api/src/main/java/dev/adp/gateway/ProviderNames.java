package dev.adp.gateway;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import java.util.Locale;
import java.util.Map;

/** What OpenTelemetry's conventions call the providers. */
final class ProviderNames {
  private static final String OPENAI = "openai";

  /** Those that speak as OpenAI does and have a name of their own, by their host's last labels. */
  private static final Map<String, String> COMPATIBLE =
      Map.of(
          "groq.com", "groq",
          "deepseek.com", "deepseek",
          "mistral.ai", "mistral_ai",
          "perplexity.ai", "perplexity",
          "x.ai", "x_ai",
          "cohere.com", "cohere");

  private ProviderNames() {}

  static String of(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi openAi -> openAiStyle(openAi.upstream());
      case ProviderConfig.OpenAiCompatible compatible -> openAiStyle(compatible.upstream());
      case ProviderConfig.Anthropic _ -> "anthropic";
      case ProviderConfig.Google _ -> "gcp.gemini";
      case ProviderConfig.Bedrock _ -> "aws.bedrock";
    };
  }

  /** Of servers that only imitate it the conventions say that it is OpenAI. */
  private static String openAiStyle(BaseUrl url) {
    if (OpenAiDialect.isAzure(url)) {
      return "azure.ai.openai";
    }
    String host = url.host().toLowerCase(Locale.ROOT);
    return COMPATIBLE.entrySet().stream()
        .filter(known -> host.equals(known.getKey()) || host.endsWith("." + known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(OPENAI);
  }
}
