package dev.adp.terraform.redpanda;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code redpanda_llm_models}: the catalogue. */
final class LlmModelsData implements DataSource<Client> {
  static final String NAME = "redpanda_llm_models";
  private static final Subject SUBJECT = new Subject("models", "", "", FieldPaths::same);

  private static final Schema SCHEMA =
      Schema.of(
          "The models of a provider type that the catalogue knows, by name, with the prices in"
              + " force.",
          Attribute.required(
                  "provider_type",
                  Type.STRING,
                  "Whose models, for example `LLM_PROVIDER_TYPE_BEDROCK`.")
              .where(Rules.oneOf(LlmProvidersData.TYPES)),
          Attribute.optional("name", Type.STRING, "Only the model of exactly this name."),
          Attribute.optional(
                  "aws_region",
                  Type.STRING,
                  "Of AWS Bedrock only what can be called from this region.")
              .where(Texts.AWS_REGION),
          Attribute.computed(
              "models",
              Nesting.LIST,
              List.of(
                  Attribute.computed("name", Type.STRING, "Exactly as the upstream calls it."),
                  Attribute.computed(
                      "pricing",
                      Nesting.SINGLE,
                      Prices.attributes().stream().map(Attribute::asComputed).toList(),
                      "The prices in force; larger prompts may cost more."),
                  Attribute.computed(
                      "context_tokens", Type.NUMBER, "Size of the context window, when known."),
                  Attribute.computed(
                      "capabilities",
                      new Type.SetOf(Type.STRING),
                      "What the model is known to do, for example `chat`.")),
              "The models."));

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Value.Structure read(Client client, Value.Structure config) {
    var query = new TreeMap<String, String>();
    for (String filter : List.of("provider_type", "name", "aws_region")) {
      config.text(filter).ifPresent(value -> query.put(filter, value));
    }
    JsonArray rows = client.list("/v1/models", query, "models", SUBJECT);
    List<Value> found =
        client.read(
            SUBJECT,
            () -> rows.asList().stream().map(row -> model(row.getAsJsonObject())).toList());
    return config.with("models", new Value.Sequence(found));
  }

  private static Value model(JsonObject json) {
    return Value.Structure.of(
        Map.of(
            "name",
            Json.scalar(json, "name"),
            "pricing",
            Prices.toUsd(json.get("pricing")),
            "context_tokens",
            json.has("context_tokens")
                ? Value.number(new BigDecimal(json.get("context_tokens").getAsString()))
                : Value.Null.NULL,
            "capabilities",
            Value.set(Json.strings(json, "capabilities"))));
  }
}
