package dev.adp.portal;

import static java.util.stream.Collectors.toMap;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.SecretRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a person typed into the fields of one provider type, right or wrong.
 *
 * @param passthrough whether clients bring their own authorization
 * @param models the selected ones
 * @param rates overrides by model; those of models that are not selected are kept, not saved
 */
public record TypeFields(
    String baseUrl,
    SecretChoice key,
    boolean passthrough,
    boolean streamUsage,
    AwsFields aws,
    List<String> models,
    Map<String, TypedRates> rates) {
  static final TypeFields EMPTY =
      new TypeFields("", SecretChoice.NONE, false, true, AwsFields.EMPTY, List.of(), Map.of());

  static TypeFields of(Request request, TypeCard card) {
    String prefix = card.slug() + "_";
    Set<String> whole = Set.copyOf(request.fields(prefix + "whole"));
    return new TypeFields(
        request.field(prefix + "base_url"),
        SecretChoice.of(request, prefix + "api_key_ref"),
        request.ticked(prefix + "passthrough"),
        request.ticked(prefix + "stream_usage"),
        AwsFields.of(request, prefix),
        request.fields(prefix + "models").stream()
            .flatMap(text -> identifiers(text, whole))
            .distinct()
            .toList(),
        TypedRates.ofLines(request.fields(prefix + "rate")));
  }

  static TypeFields of(ProviderConfig config, List<ProviderModel> models) {
    String baseUrl = config.givenBaseUrl().map(BaseUrl::toString).orElse("");
    TypeFields fields =
        switch (config) {
          case ProviderConfig.OpenAi(_, var key) -> of(baseUrl, Optional.of(key));
          case ProviderConfig.Google(_, var key) -> of(baseUrl, Optional.of(key));
          case ProviderConfig.Anthropic(_, var key) -> of(baseUrl, key);
          case ProviderConfig.OpenAiCompatible(_, var key, var streamUsage) ->
              of(baseUrl, key).withStreamUsage(streamUsage);
          case ProviderConfig.Bedrock bedrock ->
              of(baseUrl, Optional.<SecretRef>empty()).withAws(AwsFields.of(bedrock));
        };
    return new TypeFields(
        fields.baseUrl,
        fields.key,
        config instanceof ProviderConfig.Anthropic anthropic
            && anthropic.authorizationPassthrough(),
        fields.streamUsage,
        fields.aws,
        models.stream().map(ProviderModel::name).toList(),
        models.stream()
            .filter(model -> !model.customPricing().isEmpty())
            .collect(toMap(ProviderModel::name, model -> TypedRates.of(model.customPricing()))));
  }

  private static TypeFields of(String baseUrl, Optional<SecretRef> key) {
    return new TypeFields(
        baseUrl,
        SecretChoice.existing(key.map(SecretRef::value).orElse("")),
        false,
        true,
        AwsFields.EMPTY,
        List.of(),
        Map.of());
  }

  private TypeFields withStreamUsage(boolean value) {
    return new TypeFields(baseUrl, key, passthrough, value, aws, models, rates);
  }

  private TypeFields withAws(AwsFields value) {
    return new TypeFields(baseUrl, key, passthrough, streamUsage, value, models, rates);
  }

  TypeFields withModels(Stream<String> added) {
    return new TypeFields(
        baseUrl,
        key,
        passthrough,
        streamUsage,
        aws,
        Stream.concat(models.stream(), added).distinct().toList(),
        rates);
  }

  TypeFields withRates(String model, TypedRates typed) {
    var more = new HashMap<String, TypedRates>(rates);
    if (typed.isEmpty()) {
      more.remove(model);
    } else {
      more.put(model, typed);
    }
    return new TypeFields(baseUrl, key, passthrough, streamUsage, aws, models, more);
  }

  TypedRates rates(String model) {
    return rates.getOrDefault(model, TypedRates.NONE);
  }

  /** Identifiers that people type or paste: one a line, or parted by commas. */
  static Stream<String> identifiers(String text) {
    return identifiers(text, Set.of());
  }

  /**
   * The same of a list that a page of ours has shown.
   *
   * @param whole names on it that may have commas themselves
   */
  static Stream<String> identifiers(String text, Set<String> whole) {
    return text.lines()
        .map(String::strip)
        .flatMap(line -> whole.contains(line) ? Stream.of(line) : Stream.of(line.split(",")))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .distinct();
  }

  /**
   * The fields of AWS Bedrock alone.
   *
   * @param credential {@link #DEFAULT_CHAIN}, {@link #STATIC_KEYS} or {@link #ASSUME_ROLE}
   */
  public record AwsFields(
      String region,
      String credential,
      SecretChoice accessKeyId,
      SecretChoice secretAccessKey,
      String roleArn,
      String externalId,
      String sessionName,
      String guardrail) {
    static final String DEFAULT_CHAIN = "default_chain";
    static final String STATIC_KEYS = "static_keys";
    static final String ASSUME_ROLE = "assume_role";
    static final AwsFields EMPTY =
        new AwsFields("", DEFAULT_CHAIN, SecretChoice.NONE, SecretChoice.NONE, "", "", "", "");

    static AwsFields of(Request request, String prefix) {
      String credential = request.field(prefix + "credential");
      return new AwsFields(
          request.field(prefix + "region"),
          credential.isEmpty() ? DEFAULT_CHAIN : credential,
          SecretChoice.of(request, prefix + "access_key_id_ref"),
          SecretChoice.of(request, prefix + "secret_access_key_ref"),
          request.field(prefix + "role_arn"),
          request.field(prefix + "external_id"),
          request.field(prefix + "session_name"),
          request.field(prefix + "guardrail"));
    }

    static AwsFields of(ProviderConfig.Bedrock bedrock) {
      String region = bedrock.region().value();
      String guardrail = bedrock.guardrail().map(Object::toString).orElse("");
      return switch (bedrock.credential()) {
        case AwsCredential.DefaultChain _ ->
            new AwsFields(
                region, DEFAULT_CHAIN, SecretChoice.NONE, SecretChoice.NONE, "", "", "", guardrail);
        case AwsCredential.StaticKeys(var id, var secret) ->
            new AwsFields(
                region,
                STATIC_KEYS,
                SecretChoice.existing(id.value()),
                SecretChoice.existing(secret.value()),
                "",
                "",
                "",
                guardrail);
        case AwsCredential.AssumeRole(var arn, var externalId, var sessionName) ->
            new AwsFields(
                region,
                ASSUME_ROLE,
                SecretChoice.NONE,
                SecretChoice.NONE,
                arn,
                externalId.orElse(""),
                sessionName.orElse(""),
                guardrail);
      };
    }
  }
}
