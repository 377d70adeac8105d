package dev.adp.store;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsCredential.DefaultChain;
import dev.adp.domain.AwsCredential.StaticKeys;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.Anthropic;
import dev.adp.domain.ProviderConfig.Bedrock;
import dev.adp.domain.ProviderConfig.Google;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * LLM providers as JSON: as the API and the audit log show them. The database keeps their
 * configurations in the same form; a guardrail is a column, since a foreign key guards it.
 */
public final class ProviderJson {
  /** What the names of provider types begin with. */
  public static final String TYPE_PREFIX = "LLM_PROVIDER_TYPE_";

  private ProviderJson() {}

  static JsonObject write(ProviderConfig config) {
    var json = new JsonObject();
    config.givenBaseUrl().ifPresent(url -> json.put("base_url", url.toString()));
    switch (config) {
      case OpenAi(_, var apiKey) -> json.put("api_key_ref", apiKey.value());
      case Anthropic(_, var apiKey) -> {
        apiKey.ifPresent(key -> json.put("api_key_ref", key.value()));
        json.put("authorization_passthrough", apiKey.isEmpty());
      }
      case Google(_, var apiKey) -> json.put("api_key_ref", apiKey.value());
      case Bedrock(var region, _, var credential, _) -> {
        json.put("region", region.value());
        writeCredential(credential, json);
      }
      case OpenAiCompatible(_, var apiKey, var streamUsage) -> {
        apiKey.ifPresent(key -> json.put("api_key_ref", key.value()));
        json.put("stream_usage", streamUsage);
      }
    }
    return json;
  }

  private static void writeCredential(AwsCredential credential, JsonObject json) {
    switch (credential) {
      case DefaultChain _ -> {}
      case StaticKeys(var id, var secret) ->
          json.put(
              "static_credentials",
              new JsonObject()
                  .put("access_key_id_ref", id.value())
                  .put("secret_access_key_ref", secret.value()));
      case AssumeRole(var roleArn, var externalId, var sessionName) -> {
        var role = new JsonObject().put("role_arn", roleArn);
        externalId.ifPresent(id -> role.put("external_id", id));
        sessionName.ifPresent(name -> role.put("session_name", name));
        json.put("assume_role", role);
      }
    }
  }

  static ProviderConfig read(String type, JsonObject json, Optional<ResourceId> guardrail) {
    Optional<SecretRef> apiKey =
        Optional.ofNullable(json.getString("api_key_ref")).map(SecretRef::new);
    Optional<BaseUrl> baseUrl =
        Optional.ofNullable(json.getString("base_url")).map(url -> BaseUrl.of("base_url", url));
    return switch (type) {
      case "OPENAI" -> new OpenAi(baseUrl, apiKey.orElseThrow());
      case "ANTHROPIC" -> new Anthropic(baseUrl, apiKey);
      case "GOOGLE" -> new Google(baseUrl, apiKey.orElseThrow());
      case "BEDROCK" ->
          new Bedrock(
              AwsRegion.of("region", json.getString("region")),
              baseUrl,
              readCredential(json),
              guardrail);
      case "OPENAI_COMPATIBLE" ->
          new OpenAiCompatible(
              baseUrl.orElseThrow(), apiKey, json.getBoolean("stream_usage", true));
      default -> throw new IllegalStateException("unknown provider type in the database: " + type);
    };
  }

  private static AwsCredential readCredential(JsonObject json) {
    JsonObject keys = json.getJsonObject("static_credentials");
    if (keys != null) {
      return new StaticKeys(
          new SecretRef(keys.getString("access_key_id_ref")),
          new SecretRef(keys.getString("secret_access_key_ref")));
    }
    JsonObject role = json.getJsonObject("assume_role");
    if (role != null) {
      return new AssumeRole(
          role.getString("role_arn"),
          Optional.ofNullable(role.getString("external_id")),
          Optional.ofNullable(role.getString("session_name")));
    }
    return new DefaultChain();
  }

  /** The part of a provider that people write. */
  public static JsonObject write(LlmProvider.Draft draft) {
    var json =
        new JsonObject()
            .put("name", draft.name().value())
            .put("display_name", draft.displayName())
            .put("description", draft.description())
            .put("type", TYPE_PREFIX + draft.config().type())
            .put("enabled", draft.enabled())
            .put(draft.config().fieldName(), write(draft.config()))
            .put(
                "provider_models",
                new JsonArray(draft.models().stream().map(ProviderJson::write).toList()))
            .put(
                "transcripts",
                new JsonObject()
                    .put("record_input_messages", draft.transcripts().recordInputMessages())
                    .put("record_output_messages", draft.transcripts().recordOutputMessages()));
    draft.config().attachedGuardrail().ifPresent(name -> json.put("guardrail", name.value()));
    return json;
  }

  private static JsonObject write(ProviderModel model) {
    var json = new JsonObject().put("name", model.name());
    Rates rates = model.customPricing();
    if (!rates.isEmpty()) {
      json.put("custom_pricing", write(rates));
    }
    return json;
  }

  /** The rates that are known; strings, since numbers of JSON are not exact. */
  public static JsonObject write(Rates rates) {
    var json = new JsonObject();
    put(json, "input_per_million", rates.input());
    put(json, "output_per_million", rates.output());
    put(json, "cached_input_per_million", rates.cachedInput());
    put(json, "cache_creation_5m_per_million", rates.cacheWrite5m());
    put(json, "cache_creation_1h_per_million", rates.cacheWrite1h());
    return json;
  }

  private static void put(JsonObject json, String field, Optional<Long> rate) {
    rate.ifPresent(value -> json.put(field, String.valueOf(value)));
  }
}
