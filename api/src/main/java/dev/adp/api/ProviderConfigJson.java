package dev.adp.api;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsCredential.DefaultChain;
import dev.adp.domain.AwsCredential.StaticKeys;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderConfig.Anthropic;
import dev.adp.domain.ProviderConfig.Bedrock;
import dev.adp.domain.ProviderConfig.Google;
import dev.adp.domain.ProviderConfig.OpenAi;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violations;
import dev.adp.store.ProviderJson;
import java.util.List;
import java.util.Optional;

/** Reads the configuration of each provider type: one object, named for the type. */
final class ProviderConfigJson {
  private static final List<String> FIELDS =
      List.of(
          "openai_config",
          "anthropic_config",
          "google_config",
          "bedrock_config",
          "openai_compatible_config");

  private ProviderConfigJson() {}

  /**
   * The one configuration that is given decides the type; a type that differs is an error.
   *
   * @param fields those of the whole provider
   * @return empty when something is wrong; the violations then say what
   */
  static Optional<ProviderConfig> read(JsonFields fields) {
    Optional<ResourceId> guardrail =
        fields.parsed("guardrail", (field, name) -> ResourceId.of(field, name));
    List<Optional<ProviderConfig>> configs =
        List.of(
            fields.object("openai_config").flatMap(ProviderConfigJson::openAi),
            fields.object("anthropic_config").flatMap(ProviderConfigJson::anthropic),
            fields.object("google_config").flatMap(ProviderConfigJson::google),
            fields.object("bedrock_config").flatMap(config -> bedrock(config, guardrail)),
            fields.object("openai_compatible_config").flatMap(ProviderConfigJson::compatible));
    List<String> given = FIELDS.stream().filter(field -> fields.present(field) == 1).toList();
    fields
        .violations()
        .check(
            given.size() == 1,
            "type",
            "exactly one of " + String.join(", ", FIELDS) + " is required")
        .check(
            fields.present("guardrail") == 0 || given.isEmpty() || given.contains("bedrock_config"),
            "guardrail",
            "only AWS Bedrock providers can have a guardrail");
    Optional<ProviderConfig> config = configs.stream().flatMap(Optional::stream).findFirst();
    fields
        .nonEmpty("type")
        .filter(type -> !type.equals(ProviderJson.TYPE_PREFIX + "UNSPECIFIED"))
        .ifPresent(type -> requireMatch(type, config, fields.violations()));
    return config;
  }

  private static void requireMatch(
      String type, Optional<ProviderConfig> config, Violations violations) {
    String name =
        type.startsWith(ProviderJson.TYPE_PREFIX)
            ? type.substring(ProviderJson.TYPE_PREFIX.length())
            : "";
    if (!ProviderConfig.TYPES.contains(name)) {
      violations.check(false, "type", "unknown type: GET /v1/llm-provider-types lists them");
      return;
    }
    config.ifPresent(
        known ->
            violations.check(
                name.equals(known.type()),
                "type",
                "does not match %s".formatted(known.fieldName())));
  }

  private static Optional<ProviderConfig> openAi(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = requiredRef(fields, "api_key_ref");
    fields.rejectUnknown();
    return apiKey.map(key -> new OpenAi(baseUrl, key));
  }

  private static Optional<ProviderConfig> anthropic(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = fields.parsed("api_key_ref", SecretRef::of);
    boolean keyGiven = fields.present("api_key_ref") == 1;
    boolean passthrough = fields.bool("authorization_passthrough", false);
    fields
        .violations()
        .check(
            keyGiven || passthrough,
            fields.path("api_key_ref"),
            "is required unless authorization_passthrough is on")
        .check(
            !(keyGiven && passthrough),
            fields.path("api_key_ref"),
            "must be empty when authorization_passthrough is on");
    fields.rejectUnknown();
    return keyGiven && apiKey.isEmpty()
        ? Optional.empty()
        : Optional.of(new Anthropic(baseUrl, apiKey));
  }

  private static Optional<ProviderConfig> google(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = requiredRef(fields, "api_key_ref");
    fields.rejectUnknown();
    return apiKey.map(key -> new Google(baseUrl, key));
  }

  private static Optional<ProviderConfig> bedrock(
      JsonFields fields, Optional<ResourceId> guardrail) {
    Optional<AwsRegion> region = fields.parsed("region", AwsRegion::of);
    required(fields, "region");
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<AwsCredential> keys =
        fields.object("static_credentials").flatMap(ProviderConfigJson::staticKeys);
    Optional<AwsCredential> role =
        fields.object("assume_role").flatMap(ProviderConfigJson::assumeRole);
    int given = fields.present("static_credentials") + fields.present("assume_role");
    fields
        .violations()
        .check(
            given <= 1,
            fields.path("assume_role"),
            "excludes static_credentials: give one of them, or none for the default chain");
    fields.rejectUnknown();
    Optional<AwsCredential> credential =
        given == 0 ? Optional.of(new DefaultChain()) : keys.or(() -> role);
    return region.flatMap(
        place -> credential.map(known -> new Bedrock(place, baseUrl, known, guardrail)));
  }

  private static Optional<AwsCredential> staticKeys(JsonFields fields) {
    Optional<SecretRef> id = requiredRef(fields, "access_key_id_ref");
    Optional<SecretRef> secret = requiredRef(fields, "secret_access_key_ref");
    fields.rejectUnknown();
    return id.flatMap(known -> secret.map(key -> new StaticKeys(known, key)));
  }

  private static Optional<AwsCredential> assumeRole(JsonFields fields) {
    Optional<String> roleArn = fields.nonEmpty("role_arn");
    Optional<String> externalId = fields.nonEmpty("external_id");
    Optional<String> sessionName = fields.nonEmpty("session_name");
    required(fields, "role_arn");
    fields.rejectUnknown();
    return roleArn.flatMap(
        arn -> fields.violations().attempt(() -> new AssumeRole(arn, externalId, sessionName)));
  }

  private static Optional<ProviderConfig> compatible(JsonFields fields) {
    Optional<BaseUrl> baseUrl = fields.parsed("base_url", BaseUrl::of);
    Optional<SecretRef> apiKey = fields.parsed("api_key_ref", SecretRef::of);
    boolean streamUsage = fields.bool("stream_usage", true);
    required(fields, "base_url");
    fields.rejectUnknown();
    return baseUrl.map(url -> new OpenAiCompatible(url, apiKey, streamUsage));
  }

  private static Optional<SecretRef> requiredRef(JsonFields fields, String field) {
    required(fields, field);
    return fields.parsed(field, SecretRef::of);
  }

  private static void required(JsonFields fields, String field) {
    fields.violations().check(fields.present(field) == 1, fields.path(field), "is required");
  }
}
