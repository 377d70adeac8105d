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
    return violations
        .attempt(() -> SecretRef.of("openai_config.api_key_ref", form.openAi().key().name()))
        .map(apiKey -> new ProviderConfig.OpenAi(baseUrl, apiKey));
  }

  static Optional<ProviderConfig> openAiCompatible(ProviderForm form, Violations violations) {
    ProviderForm.TypeFields fields = form.compatible();
    String key = fields.key().name();
    Optional<SecretRef> apiKey =
        key.isEmpty() && !fields.key().isNew()
            ? Optional.empty()
            : violations.attempt(() -> SecretRef.of("openai_compatible_config.api_key_ref", key));
    return violations
        .attempt(() -> BaseUrl.of("openai_compatible_config.base_url", fields.baseUrl()))
        .map(url -> new ProviderConfig.OpenAiCompatible(url, apiKey, fields.streamUsage()));
  }
}
