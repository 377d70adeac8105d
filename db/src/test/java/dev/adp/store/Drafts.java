package dev.adp.store;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Providers to save in tests. */
public final class Drafts {
  public static final SecretRef OPENAI_API_KEY = new SecretRef("OPENAI_API_KEY");

  private Drafts() {}

  /** An OpenAI provider whose key is {@link #OPENAI_API_KEY}. */
  public static Draft openAi(String name) {
    return draft(name, new ProviderConfig.OpenAi(Optional.empty(), OPENAI_API_KEY));
  }

  /** An OpenAI provider at another address. */
  public static Draft openAi(String name, String baseUrl) {
    return draft(
        name,
        new ProviderConfig.OpenAi(
            Optional.of(BaseUrl.of("openai_config.base_url", baseUrl)), OPENAI_API_KEY));
  }

  /** An OpenAI-compatible provider without a key. */
  public static Draft compatible(String name, String baseUrl, boolean streamUsage) {
    return draft(
        name,
        new ProviderConfig.OpenAiCompatible(
            BaseUrl.of("openai_compatible_config.base_url", baseUrl),
            Optional.empty(),
            streamUsage));
  }

  /** An Anthropic provider whose key is {@link #OPENAI_API_KEY}. */
  public static Draft anthropic(String name, String baseUrl) {
    return anthropic(name, baseUrl, Optional.of(OPENAI_API_KEY));
  }

  /** An Anthropic provider whose clients bring their own {@code Authorization}. */
  public static Draft passthrough(String name, String baseUrl) {
    return anthropic(name, baseUrl, Optional.empty());
  }

  private static Draft anthropic(String name, String baseUrl, Optional<SecretRef> key) {
    return draft(
        name,
        new ProviderConfig.Anthropic(
            Optional.of(BaseUrl.of("anthropic_config.base_url", baseUrl)), key));
  }

  /** A Google AI provider whose key is {@link #OPENAI_API_KEY}. */
  public static Draft google(String name, String baseUrl) {
    return draft(
        name,
        new ProviderConfig.Google(
            Optional.of(BaseUrl.of("google_config.base_url", baseUrl)), OPENAI_API_KEY));
  }

  /** A provider of AWS Bedrock with the SDK's own credentials. */
  public static Draft bedrock(String name, String region, String... guardrail) {
    return draft(
        name,
        new ProviderConfig.Bedrock(
            new AwsRegion(region),
            Optional.empty(),
            new AwsCredential.DefaultChain(),
            Stream.of(guardrail).map(ResourceId::new).findFirst()));
  }

  public static Guardrail.Draft guardrail(String name, String region) {
    return new Guardrail.Draft(
        new ResourceId(name),
        "Display " + name,
        "",
        true,
        new AwsRegion(region),
        "gr4k7l2m9xyz",
        "1");
  }

  public static Draft draft(String name, ProviderConfig config) {
    return new Draft(
        new ResourceId(name), "Display " + name, "", true, config, List.of(), Transcripts.OFF);
  }

  public static List<ProviderModel> models(String... names) {
    return Stream.of(names).map(name -> new ProviderModel(name, Rates.NONE)).toList();
  }

  public static NewSecret key(String value) {
    return NewSecret.ofText(OPENAI_API_KEY, value);
  }
}
