package dev.adp.terraform.redpanda;

import static dev.adp.terraform.schema.Attribute.defaulted;
import static dev.adp.terraform.schema.Attribute.optional;
import static dev.adp.terraform.schema.Attribute.required;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Rule;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an LLM provider looks like in a configuration. */
final class LlmProviderAttributes {
  private static final int MODELS_MAX = 1000;

  static final List<String> CONFIGS =
      List.of(
          "openai_config",
          "anthropic_config",
          "google_config",
          "bedrock_config",
          "openai_compatible_config");

  static final String MODELS = "models";
  static final String PROVIDER_MODELS = "provider_models";
  static final String DELETION_PROTECTION = "deletion_protection";

  private LlmProviderAttributes() {}

  /** Of the resource. */
  static Schema resource() {
    var attributes = new ArrayList<Attribute>(writable());
    attributes.add(
        defaulted(
            DELETION_PROTECTION,
            Type.BOOL,
            Value.bool(false),
            "While it is true, Terraform refuses to delete or replace the provider. Only Terraform"
                + " knows of it."));
    attributes.addAll(outputs());
    return new Schema(
        0,
        "An upstream with a managed proxy URL. Exactly one of "
            + String.join(", ", CONFIGS.stream().map(name -> "`" + name + "`").toList())
            + " decides its type; another type makes a new provider.",
        attributes);
  }

  /** Of the data source: found by its name. */
  static Schema dataSource() {
    return new Schema(0, "An LLM provider, by its name.", found(true));
  }

  /** Everything that can be read of a provider. */
  static List<Attribute> found(boolean byName) {
    var attributes = new ArrayList<Attribute>();
    for (Attribute attribute : writable()) {
      attributes.add(
          byName && attribute.name().equals("name")
              ? required("name", Type.STRING, "Name of the provider.")
                  .where(Texts.NAME_SYNTAX)
                  .where(Texts.NAME_LENGTH)
              : attribute.asComputed());
    }
    outputs().forEach(attribute -> attributes.add(attribute.asComputed()));
    return attributes;
  }

  private static List<Attribute> outputs() {
    return List.of(
        Common.id(),
        Attribute.computed(
                "type", Type.STRING, "Type of the provider, as its configuration decides.")
            .replacing(),
        Attribute.computed("uid", Type.STRING, "Identity for ever, to which usage belongs.")
            .keptInState(),
        Attribute.computed("url", Type.STRING, "Proxy URL on the gateway.").keptInState(),
        Attribute.computed(
                "discovery_url", Type.STRING, "OpenID configuration of the token issuer.")
            .keptInState(),
        Common.createdAt(),
        Common.updatedAt());
  }

  private static List<Attribute> writable() {
    return List.of(
        Common.name(),
        Common.displayName(),
        Common.description(),
        defaulted("enabled", Type.BOOL, Value.bool(true), "Whether the gateway takes calls."),
        openAi(),
        anthropic(),
        google(),
        bedrock(),
        openAiCompatible(),
        models(),
        providerModels(),
        transcripts(),
        optional(
                "guardrail",
                Type.STRING,
                "Name of the guardrail that every call passes; AWS Bedrock only.")
            .where(Texts.NAME_SYNTAX)
            .where(Texts.NAME_LENGTH));
  }

  private static Attribute baseUrl(String standard) {
    return optional("base_url", Type.STRING, "Where calls go; " + standard + " by default.")
        .where(Texts.BASE_URL)
        .sameWhen(Texts.SAME_URL);
  }

  private static String reference(String what) {
    return "Id of the secret that holds " + what + ", never its value.";
  }

  private static Attribute apiKey() {
    return required("api_key_ref", Type.STRING, reference("the API key"))
        .where(Texts.given(Texts.SECRET_REF));
  }

  private static Attribute openAi() {
    return optional(
        "openai_config",
        Nesting.SINGLE,
        List.of(baseUrl("`https://api.openai.com/v1`"), apiKey()),
        "The OpenAI API, or Azure OpenAI.");
  }

  private static Attribute anthropic() {
    return optional(
        "anthropic_config",
        Nesting.SINGLE,
        List.of(
            baseUrl("`https://api.anthropic.com`"),
            optional("api_key_ref", Type.STRING, reference("the API key")).where(Texts.SECRET_REF),
            defaulted(
                "authorization_passthrough",
                Type.BOOL,
                Value.bool(false),
                "Each client brings its own Authorization for Anthropic; then there is no"
                    + " `api_key_ref`.")),
        "The Anthropic API: either `api_key_ref` or `authorization_passthrough`.");
  }

  private static Attribute google() {
    return optional(
        "google_config",
        Nesting.SINGLE,
        List.of(baseUrl("`https://generativelanguage.googleapis.com`"), apiKey()),
        "Google AI (Gemini).");
  }

  private static Attribute bedrock() {
    var keys =
        optional(
            "static_credentials",
            Nesting.SINGLE,
            List.of(
                required("access_key_id_ref", Type.STRING, reference("the access key id"))
                    .where(Texts.given(Texts.SECRET_REF)),
                required("secret_access_key_ref", Type.STRING, reference("the secret access key"))
                    .where(Texts.given(Texts.SECRET_REF))),
            "An access key pair. Excludes `assume_role`; with neither, the gateway uses its own AWS"
                + " identity.");
    var role =
        optional(
            "assume_role",
            Nesting.SINGLE,
            List.of(
                required("role_arn", Type.STRING, "ARN of the IAM role.")
                    .where(Texts.given(Texts.AWS_ROLE)),
                optional(
                        "external_id",
                        Type.STRING,
                        "Only when the trust policy of the role asks for it.")
                    .where(Texts.AWS_EXTERNAL_ID),
                optional("session_name", Type.STRING, "What CloudTrail shows.")
                    .where(Texts.AWS_SESSION_NAME)),
            "A role that the gateway assumes. Excludes `static_credentials`.");
    return optional(
        "bedrock_config",
        Nesting.SINGLE,
        List.of(
            required("region", Type.STRING, "AWS region, for example `us-east-1`.")
                .where(Texts.given(Texts.AWS_REGION))
                .sameWhen(Texts.SAME_STRIPPED),
            baseUrl("the endpoint of the region"),
            keys,
            role),
        "AWS Bedrock.");
  }

  private static Attribute openAiCompatible() {
    return optional(
        "openai_compatible_config",
        Nesting.SINGLE,
        List.of(
            required("base_url", Type.STRING, "Where calls go.")
                .where(Texts.given(Texts.BASE_URL))
                .sameWhen(Texts.SAME_URL),
            optional(
                    "api_key_ref",
                    Type.STRING,
                    reference("the API key") + " Absent for servers that ask for no key.")
                .where(Texts.SECRET_REF),
            defaulted(
                "stream_usage",
                Type.BOOL,
                Value.bool(true),
                "Whether the gateway may ask for the usage of streams; false for servers that"
                    + " refuse unknown fields.")),
        "Any server that speaks OpenAI's chat completions.");
  }

  private static Attribute models() {
    return optional(
            MODELS,
            new Type.SetOf(Type.STRING),
            "Models that may be called, at the catalogue's prices; none allows every one. For"
                + " prices of your own use `provider_models`.")
        .where(Rules.each(Texts.MODEL))
        .where(atMost());
  }

  private static Attribute providerModels() {
    return optional(
            PROVIDER_MODELS,
            Nesting.MAP,
            List.of(
                optional(
                    "custom_pricing",
                    Nesting.SINGLE,
                    Prices.attributes(),
                    "Prices that stand in for those of the catalogue.")),
            "Models that may be called, by name, each with prices of its own where wanted. Excludes"
                + " `models`.")
        .where(Rules.each(Texts.MODEL))
        .where(atMost());
  }

  private static Rule atMost() {
    return value -> {
      int size =
          switch (value) {
            case Value.Members(var items) -> items.size();
            case Value.Entries(var items) -> items.size();
            case Value.Null _,
                Value.Unknown _,
                Value.Text _,
                Value.Numeric _,
                Value.Bool _,
                Value.Sequence _,
                Value.Structure _,
                Value.Typed _ ->
                0;
          };
      return size <= MODELS_MAX ? Optional.empty() : Optional.of("must have at most 1000 models");
    };
  }

  private static Attribute transcripts() {
    return optional(
            "transcripts",
            Nesting.SINGLE,
            List.of(
                defaulted(
                    "record_input_messages",
                    Type.BOOL,
                    Value.bool(false),
                    "Whether prompts are recorded."),
                defaulted(
                    "record_output_messages",
                    Type.BOOL,
                    Value.bool(false),
                    "Whether answers are recorded.")),
            "What transcripts of calls hold beside their metadata.")
        .orElse(
            Value.Structure.of(
                Map.of(
                    "record_input_messages",
                    Value.bool(false),
                    "record_output_messages",
                    Value.bool(false))));
  }
}
