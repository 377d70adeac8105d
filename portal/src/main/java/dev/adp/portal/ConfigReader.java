package dev.adp.portal;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violations;
import java.util.Optional;

/** Reads the configuration of one provider type from the fields that belong to it. */
interface ConfigReader {
  /** Empty when a field is wrong; the violations then say which. */
  Optional<ProviderConfig> read(ProviderForm form, Violations violations);

  static Optional<ProviderConfig> openAi(ProviderForm form, Violations violations) {
    String url = form.openAi().baseUrl();
    Optional<BaseUrl> baseUrl =
        url.isEmpty()
            ? Optional.empty()
            : violations.attempt(() -> BaseUrl.of("openai_config.base_url", url));
    return apiKey("openai_config.api_key_ref", form.openAi().key().name(), violations)
        .map(key -> new ProviderConfig.OpenAi(baseUrl, key));
  }

  static Optional<ProviderConfig> openAiCompatible(ProviderForm form, Violations violations) {
    ProviderForm.TypeFields fields = form.compatible();
    String key = fields.key().name();
    Optional<SecretRef> apiKey =
        key.isEmpty() && !fields.key().isNew()
            ? Optional.empty()
            : apiKey("openai_compatible_config.api_key_ref", key, violations);
    return violations
        .attempt(() -> BaseUrl.of("openai_compatible_config.base_url", fields.baseUrl()))
        .map(url -> new ProviderConfig.OpenAiCompatible(url, apiKey, fields.streamUsage()));
  }

  /** An empty field is no reference that is misspelt. */
  private static Optional<SecretRef> apiKey(String field, String name, Violations violations) {
    if (name.isEmpty()) {
      violations.check(false, field, "must name a secret: choose one or create a new one");
      return Optional.empty();
    }
    return violations.attempt(() -> SecretRef.of(field, name));
  }
}
