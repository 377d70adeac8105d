package dev.adp.api;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/** LLM providers on the wire. */
final class LlmProviderJson {
  static final String TYPE_PREFIX = "LLM_PROVIDER_TYPE_";

  /** Set by us; accepted on input and ignored, so that GET, edit, PATCH works. */
  static final Set<String> OUTPUT_ONLY =
      Set.of(
          "uid",
          "url",
          "discovery_url",
          "created_at",
          "updated_at",
          "created_by",
          "updated_by",
          "etag");

  private final String gatewayUrl;
  private final String issuer;

  /**
   * @param gatewayUrl public URL of the gateway
   * @param issuer public URL of the token issuer
   */
  LlmProviderJson(String gatewayUrl, String issuer) {
    this.gatewayUrl = gatewayUrl;
    this.issuer = issuer;
  }

  JsonObject write(LlmProvider provider) {
    return writeDraft(provider.draft())
        .put("uid", provider.uid().toString())
        .put("url", gatewayUrl + "/llm/v1/providers/" + provider.name())
        .put("discovery_url", issuer + "/.well-known/openid-configuration")
        .put("created_at", provider.createdAt().toString())
        .put("updated_at", provider.updatedAt().toString())
        .put("created_by", provider.createdBy())
        .put("updated_by", provider.updatedBy())
        .put("etag", provider.etag());
  }

  /** The part that people write, in the form that {@link #read} takes. */
  static JsonObject writeDraft(LlmProvider.Draft draft) {
    ProviderConfig config = draft.config();
    return new JsonObject()
        .put("name", draft.name().value())
        .put("display_name", draft.displayName())
        .put("description", draft.description())
        .put("type", TYPE_PREFIX + config.type())
        .put("enabled", draft.enabled())
        .put(config.fieldName(), config(config))
        .put("models", new JsonArray(draft.models().stream().map(ProviderModel::name).toList()))
        .put(
            "provider_models",
            new JsonArray(draft.models().stream().map(ProviderModelJson::write).toList()))
        .put(
            "transcripts",
            new JsonObject()
                .put("record_input_messages", draft.transcripts().recordInputMessages())
                .put("record_output_messages", draft.transcripts().recordOutputMessages()));
  }

  private static JsonObject config(ProviderConfig config) {
    var json = new JsonObject();
    switch (config) {
      case OpenAi(var baseUrl, var apiKey) -> {
        baseUrl.ifPresent(url -> json.put("base_url", url.toString()));
        json.put("api_key_ref", apiKey.value());
      }
      case OpenAiCompatible(var baseUrl, var apiKey, var streamUsage) -> {
        json.put("base_url", baseUrl.toString());
        apiKey.ifPresent(key -> json.put("api_key_ref", key.value()));
        json.put("stream_usage", streamUsage);
      }
    }
    return json;
  }

  /**
   * Reads a whole provider.
   *
   * @param stored what {@code models} and {@code provider_models} are compared with
   * @throws dev.adp.domain.Failure.Invalid with every violation
   */
  static LlmProvider.Draft read(JsonObject json, Optional<LlmProvider.Draft> stored) {
    var violations = new Violations();
    var fields = new JsonFields(json, "", violations).ignore(OUTPUT_ONLY);
    Optional<ResourceId> name =
        violations.attempt(() -> new ResourceId(fields.text("name").orElse("")));
    String displayName = fields.text("display_name").orElse("");
    String description = fields.text("description").orElse("");
    boolean enabled = fields.bool("enabled", true);
    Optional<ProviderConfig> config = readConfig(fields);
    Transcripts transcripts =
        fields.object("transcripts").map(LlmProviderJson::transcripts).orElse(Transcripts.OFF);
    var models = ProviderModelJson.read(fields, stored);
    fields.rejectUnknown();
    // Stand-ins let the rest be checked too; they never leave, since something is wrong already.
    Optional<LlmProvider.Draft> draft =
        violations.attempt(
            () ->
                new LlmProvider.Draft(
                    name.orElseGet(() -> new ResourceId("x")),
                    displayName,
                    description,
                    enabled,
                    config.orElseGet(() -> new OpenAi(Optional.empty(), new SecretRef("X"))),
                    models,
                    transcripts));
    violations.throwIfAny();
    return draft.orElseThrow();
  }

  private static Transcripts transcripts(JsonFields fields) {
    var transcripts =
        new Transcripts(
            fields.bool("record_input_messages", false),
            fields.bool("record_output_messages", false));
    fields.rejectUnknown();
    return transcripts;
  }

  /** The one configuration that is given decides the type; a type that differs is an error. */
  private static Optional<ProviderConfig> readConfig(JsonFields fields) {
    Optional<ProviderConfig> openAi =
        fields.object("openai_config").flatMap(LlmProviderJson::openAi);
    Optional<ProviderConfig> compatible =
        fields.object("openai_compatible_config").flatMap(LlmProviderJson::compatible);
    Violations violations = fields.violations();
    int given = fields.present("openai_config") + fields.present("openai_compatible_config");
    violations.check(
        given == 1,
        "type",
        "exactly one of openai_config and openai_compatible_config is required");
    Optional<ProviderConfig> config = openAi.or(() -> compatible);
    fields
        .nonEmpty("type")
        .filter(type -> !type.equals(TYPE_PREFIX + "UNSPECIFIED"))
        .filter(_ -> config.isPresent())
        .ifPresent(
            type ->
                violations.check(
                    type.equals(TYPE_PREFIX + config.orElseThrow().type()),
                    "type",
                    "does not match %s".formatted(config.orElseThrow().fieldName())));
    return config;
  }

  private static Optional<ProviderConfig> openAi(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = fields.parsed("api_key_ref", SecretRef::of);
    requireText(fields, "api_key_ref");
    fields.rejectUnknown();
    return apiKey.map(key -> new OpenAi(baseUrl, key));
  }

  private static Optional<ProviderConfig> compatible(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = fields.parsed("api_key_ref", SecretRef::of);
    boolean streamUsage = fields.bool("stream_usage", true);
    requireText(fields, "base_url");
    fields.rejectUnknown();
    return baseUrl.map(url -> new OpenAiCompatible(url, apiKey, streamUsage));
  }

  private static void requireText(JsonFields fields, String field) {
    fields.violations().check(fields.present(field) == 1, fields.path(field), "is required");
  }
}
