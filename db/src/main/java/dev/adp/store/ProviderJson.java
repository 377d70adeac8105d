package dev.adp.store;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.SecretRef;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jooq.JSONB;

/** Provider configurations as the database keeps them. */
final class ProviderJson {
  private ProviderJson() {}

  static JSONB write(ProviderConfig config) {
    var json = new JsonObject();
    switch (config) {
      case OpenAi(var baseUrl, var apiKey) -> {
        baseUrl.ifPresent(url -> json.put("base_url", url.toString()));
        json.put("api_key_ref", apiKey.value());
      }
      case OpenAiCompatible(var baseUrl, var apiKey, var streamUsage) -> {
        json.put("base_url", baseUrl.toString()).put("stream_usage", streamUsage);
        apiKey.ifPresent(key -> json.put("api_key_ref", key.value()));
      }
    }
    return JSONB.jsonb(json.encode());
  }

  static ProviderConfig read(String type, JsonObject json) {
    Optional<SecretRef> apiKey =
        Optional.ofNullable(json.getString("api_key_ref")).map(SecretRef::new);
    Optional<BaseUrl> baseUrl =
        Optional.ofNullable(json.getString("base_url")).map(url -> BaseUrl.of("base_url", url));
    return switch (type) {
      case "OPENAI" -> new OpenAi(baseUrl, apiKey.orElseThrow());
      case "OPENAI_COMPATIBLE" ->
          new OpenAiCompatible(
              baseUrl.orElseThrow(), apiKey, json.getBoolean("stream_usage", true));
      default -> throw new IllegalStateException("unknown provider type in the database: " + type);
    };
  }
}
