package dev.adp.portal;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violations;
import java.util.Optional;
import java.util.function.Function;

/** Reads the configuration of one provider type from the fields that belong to it. */
interface ConfigReader {
  /** Empty when a field is wrong; the violations then say which. */
  Optional<ProviderConfig> read(TypeFields fields, Violations violations);

  static Optional<ProviderConfig> openAi(TypeFields fields, Violations violations) {
    Given<BaseUrl> baseUrl = baseUrl("openai_config", fields, violations);
    Optional<SecretRef> key = key("openai_config.api_key_ref", fields.key(), violations);
    return baseUrl.isWrong()
        ? Optional.empty()
        : key.map(ref -> new ProviderConfig.OpenAi(baseUrl.value(), ref));
  }

  static Optional<ProviderConfig> google(TypeFields fields, Violations violations) {
    Given<BaseUrl> baseUrl = baseUrl("google_config", fields, violations);
    Optional<SecretRef> key = key("google_config.api_key_ref", fields.key(), violations);
    return baseUrl.isWrong()
        ? Optional.empty()
        : key.map(ref -> new ProviderConfig.Google(baseUrl.value(), ref));
  }

  /** With passthrough the field of the key is hidden, so what it holds is not read. */
  static Optional<ProviderConfig> anthropic(TypeFields fields, Violations violations) {
    Given<BaseUrl> baseUrl = baseUrl("anthropic_config", fields, violations);
    Optional<SecretRef> key =
        fields.passthrough()
            ? Optional.empty()
            : key("anthropic_config.api_key_ref", fields.key(), violations);
    return baseUrl.isWrong() || (key.isEmpty() && !fields.passthrough())
        ? Optional.empty()
        : Optional.of(new ProviderConfig.Anthropic(baseUrl.value(), key));
  }

  static Optional<ProviderConfig> openAiCompatible(TypeFields fields, Violations violations) {
    Optional<BaseUrl> url =
        violations.attempt(() -> BaseUrl.of("openai_compatible_config.base_url", fields.baseUrl()));
    SecretChoice choice = fields.key();
    boolean none = !choice.isNew() && choice.existing().isEmpty();
    Optional<SecretRef> key =
        none ? Optional.empty() : key("openai_compatible_config.api_key_ref", choice, violations);
    return key.isEmpty() && !none
        ? Optional.empty()
        : url.map(given -> new ProviderConfig.OpenAiCompatible(given, key, fields.streamUsage()));
  }

  static Optional<ProviderConfig> bedrock(TypeFields fields, Violations violations) {
    TypeFields.AwsFields aws = fields.aws();
    Optional<AwsRegion> region =
        violations.attempt(() -> AwsRegion.of("bedrock_config.region", aws.region()));
    Optional<AwsCredential> credential = credential(aws, violations);
    Given<BaseUrl> baseUrl = baseUrl("bedrock_config", fields, violations);
    Given<ResourceId> guardrail =
        Given.of(
            aws.guardrail(), name -> violations.attempt(() -> ResourceId.of("guardrail", name)));
    return baseUrl.isWrong() || guardrail.isWrong()
        ? Optional.empty()
        : region.flatMap(
            in ->
                credential.map(
                    by -> new ProviderConfig.Bedrock(in, baseUrl.value(), by, guardrail.value())));
  }

  private static Optional<AwsCredential> credential(
      TypeFields.AwsFields aws, Violations violations) {
    return switch (aws.credential()) {
      case TypeFields.AwsFields.STATIC_KEYS -> {
        Optional<SecretRef> id =
            key(AwsCredential.StaticKeys.ACCESS_KEY_ID_REF, aws.accessKeyId(), violations);
        Optional<SecretRef> secret =
            key(AwsCredential.StaticKeys.SECRET_ACCESS_KEY_REF, aws.secretAccessKey(), violations);
        yield id.flatMap(known -> secret.map(s -> new AwsCredential.StaticKeys(known, s)));
      }
      case TypeFields.AwsFields.ASSUME_ROLE ->
          violations.attempt(
              () ->
                  new AwsCredential.AssumeRole(
                      aws.roleArn(), given(aws.externalId()), given(aws.sessionName())));
      case TypeFields.AwsFields.DEFAULT_CHAIN -> Optional.of(new AwsCredential.DefaultChain());
      default -> {
        violations.check(false, "bedrock_config.credential", "must be one of the three");
        yield Optional.empty();
      }
    };
  }

  /**
   * What an optional field holds.
   *
   * @param isWrong whether it holds something that cannot be read
   */
  record Given<T>(Optional<T> value, boolean isWrong) {
    static <T> Given<T> of(String text, Function<String, Optional<T>> read) {
      Optional<T> value = text.isEmpty() ? Optional.empty() : read.apply(text);
      return new Given<>(value, value.isEmpty() && !text.isEmpty());
    }
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Given<BaseUrl> baseUrl(String config, TypeFields fields, Violations violations) {
    return Given.of(
        fields.baseUrl(), text -> violations.attempt(() -> BaseUrl.of(config + ".base_url", text)));
  }

  /** An empty field is no reference that is misspelt. */
  private static Optional<SecretRef> key(String field, SecretChoice choice, Violations violations) {
    if (choice.name().isEmpty()) {
      violations.check(false, field, "must name a secret: choose one or create a new one");
      return Optional.empty();
    }
    return violations.attempt(() -> SecretRef.of(field, choice.name()));
  }
}
