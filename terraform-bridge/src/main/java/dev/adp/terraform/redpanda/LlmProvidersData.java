package dev.adp.terraform.redpanda;

import com.google.gson.JsonArray;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;
import java.util.List;
import java.util.TreeMap;

/** {@code redpanda_llm_providers}: those that pass some filters. */
final class LlmProvidersData implements DataSource<Client> {
  static final String NAME = "redpanda_llm_providers";
  private static final Subject SUBJECT = new Subject("LLM providers", "", "", FieldPaths::same);
  private static final String ROWS = "llm_providers";
  static final List<String> TYPES =
      List.of(
          "LLM_PROVIDER_TYPE_OPENAI",
          "LLM_PROVIDER_TYPE_ANTHROPIC",
          "LLM_PROVIDER_TYPE_GOOGLE",
          "LLM_PROVIDER_TYPE_BEDROCK",
          "LLM_PROVIDER_TYPE_OPENAI_COMPATIBLE");

  private static final Schema SCHEMA =
      Schema.of(
          "LLM providers by name, all or those that pass every filter.",
          Attribute.optional(
                  "type", Type.STRING, "Only this type, for example `LLM_PROVIDER_TYPE_OPENAI`.")
              .where(Rules.oneOf(TYPES)),
          Attribute.optional(
              "enabled", Type.BOOL, "Only providers that are enabled, or that are not."),
          Attribute.optional(
              "name_contains", Type.STRING, "Part of the name or display name, in any case."),
          Attribute.optional("model", Type.STRING, "Only providers that list this model."),
          Attribute.computed(
              ROWS, Nesting.LIST, LlmProviderAttributes.found(false), "The providers."));

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Value.Structure read(Client client, Value.Structure config) {
    var query = new TreeMap<String, String>();
    query.put("order_by", "name");
    for (String filter : List.of("type", "name_contains", "model")) {
      config.text(filter).ifPresent(value -> query.put(filter, value));
    }
    config.bool("enabled").ifPresent(value -> query.put("enabled", String.valueOf(value)));
    JsonArray rows = client.list(LlmProviderResource.PATH, query, ROWS, SUBJECT);
    List<Value> found =
        client.read(
            SUBJECT,
            () ->
                rows.asList().stream()
                    .<Value>map(row -> LlmProviderJson.readAll(row.getAsJsonObject()))
                    .toList());
    return config.with(ROWS, new Value.Sequence(found));
  }
}
