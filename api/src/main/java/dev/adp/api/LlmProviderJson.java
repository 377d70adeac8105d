package dev.adp.api;

import static java.util.Map.entry;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.store.ProviderJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** LLM providers on the wire. */
final class LlmProviderJson {
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

  static final UpdateMask MASK =
      new UpdateMask(
          Map.ofEntries(
              entry("name", Set.of()),
              entry("type", Set.of()),
              entry("display_name", Set.of()),
              entry("description", Set.of()),
              entry("enabled", Set.of()),
              entry("models", Set.of()),
              entry("provider_models", Set.of()),
              entry("guardrail", Set.of()),
              entry("openai_config", Set.of("base_url", "api_key_ref")),
              entry(
                  "anthropic_config",
                  Set.of("base_url", "api_key_ref", "authorization_passthrough")),
              entry("google_config", Set.of("base_url", "api_key_ref")),
              entry(
                  "bedrock_config",
                  Set.of(
                      "region",
                      "base_url",
                      "static_credentials",
                      "static_credentials.access_key_id_ref",
                      "static_credentials.secret_access_key_ref",
                      "assume_role",
                      "assume_role.role_arn",
                      "assume_role.external_id",
                      "assume_role.session_name")),
              entry("openai_compatible_config", Set.of("base_url", "api_key_ref", "stream_usage")),
              entry("transcripts", Set.of("record_input_messages", "record_output_messages"))),
          Map.of("provider_models", ProviderModelJson.PATHS),
          OUTPUT_ONLY);

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
    return ProviderJson.write(draft)
        .put("models", new JsonArray(draft.models().stream().map(ProviderModel::name).toList()));
  }

  /**
   * Reads a whole provider.
   *
   * @param stored what {@code models} and {@code provider_models} are compared with
   * @throws dev.adp.domain.Failure.Invalid with every violation
   */
  static LlmProvider.Draft read(JsonObject json, Optional<LlmProvider.Draft> stored) {
    var fields = JsonFields.of(json, OUTPUT_ONLY);
    ResourceId name = fields.name();
    String displayName = fields.text("display_name").orElse("");
    String description = fields.text("description").orElse("");
    boolean enabled = fields.bool("enabled", true);
    Optional<ProviderConfig> config = ProviderConfigJson.read(fields);
    Transcripts transcripts =
        fields.object("transcripts").map(LlmProviderJson::transcripts).orElse(Transcripts.OFF);
    var models = ProviderModelJson.read(fields, stored);
    return fields.made(
        models::placed,
        () ->
            new LlmProvider.Draft(
                name,
                displayName,
                description,
                enabled,
                // A stand-in: without a configuration something is wrong already.
                config.orElseGet(() -> new OpenAi(Optional.empty(), new SecretRef("X"))),
                models.list(),
                transcripts));
  }

  /** The configuration alone, as far as it can be read; what is wrong with it is said elsewhere. */
  static Optional<ProviderConfig> config(JsonObject json) {
    return ProviderConfigJson.read(JsonFields.of(json, OUTPUT_ONLY));
  }

  private static Transcripts transcripts(JsonFields fields) {
    var transcripts =
        new Transcripts(
            fields.bool("record_input_messages", false),
            fields.bool("record_output_messages", false));
    fields.rejectUnknown();
    return transcripts;
  }
}
