package dev.adp.gateway;

import dev.adp.domain.ProviderConfig;
import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * What differs between the APIs of the provider types: which path means what. The way of a call
 * through the gateway knows none of them by name.
 */
sealed interface Dialect permits OpenAiDialect, AnthropicDialect, GoogleDialect, BedrockDialect {
  /** Methods that make no model work. */
  Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE, HttpMethod.OPTIONS);

  static Dialect of(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi openAi -> new OpenAiDialect(openAi.upstream(), true);
      case ProviderConfig.OpenAiCompatible(var baseUrl, _, var streamUsage) ->
          new OpenAiDialect(baseUrl, streamUsage);
      case ProviderConfig.Anthropic _ -> new AnthropicDialect();
      case ProviderConfig.Google _ -> new GoogleDialect();
      case ProviderConfig.Bedrock _ -> new BedrockDialect();
    };
  }

  /**
   * What a call is.
   *
   * @param path below the provider, as the client wrote it
   */
  Target target(HttpMethod method, String path);

  /**
   * Where a call goes.
   *
   * @param basePath path of the provider's base URL, without a slash at its end
   * @param path that of the target
   */
  default String upstreamPath(String basePath, String path) {
    return PathText.below(basePath, path);
  }

  /** The name under which a model is listed and priced. */
  default String modelName(String asked) {
    return asked;
  }
}
