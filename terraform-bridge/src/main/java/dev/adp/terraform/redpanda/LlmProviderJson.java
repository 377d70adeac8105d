package dev.adp.terraform.redpanda;

import static dev.adp.terraform.redpanda.LlmProviderAttributes.CONFIGS;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.DELETION_PROTECTION;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.MODELS;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.PROVIDER_MODELS;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Between LLM providers of the REST API and those of a configuration. */
final class LlmProviderJson {
  private static final List<String> SCALARS =
      List.of("display_name", "description", "enabled", "guardrail");
  private static final List<String> OUTPUTS =
      List.of("type", "uid", "url", "discovery_url", "created_at", "updated_at");
  private static final Pattern MODEL_FIELD = Pattern.compile("provider_models\\[(\\d+)\\](.*)");

  private LlmProviderJson() {}

  /** The whole of what a configuration says, with null for what it leaves out. */
  static JsonObject write(Value.Structure planned) {
    var json = new JsonObject();
    SCALARS.forEach(field -> json.add(field, Json.write(planned.get(field))));
    json.add("transcripts", Json.write(planned.get("transcripts")));
    for (String config : CONFIGS) {
      json.add(
          config,
          planned.get(config) instanceof Value.Structure object
              ? config(object)
              : JsonNull.INSTANCE);
    }
    json.add(PROVIDER_MODELS, models(planned));
    return json;
  }

  private static JsonObject config(Value.Structure config) {
    return Json.write(config).getAsJsonObject();
  }

  /** Also what {@code models} says goes out in this form: it takes away prices of its own. */
  private static JsonArray models(Value.Structure planned) {
    var models = new JsonArray();
    if (planned.get(MODELS) instanceof Value.Members(var names)) {
      names.forEach(name -> models.add(named(Json.write(name).getAsString())));
    } else if (planned.get(PROVIDER_MODELS) instanceof Value.Entries(var entries)) {
      entries.forEach(
          (name, model) -> {
            JsonObject json = named(name);
            if (model instanceof Value.Structure parts) {
              parts
                  .object("custom_pricing")
                  .ifPresent(usd -> json.add("custom_pricing", Prices.toMicrocents(usd)));
            }
            models.add(json);
          });
    }
    return models;
  }

  private static JsonObject named(String name) {
    var json = new JsonObject();
    json.addProperty("name", name);
    return json;
  }

  /** Where the field of an error is in a configuration that was sent. */
  static FieldPaths paths(Value.Structure planned) {
    JsonArray sent = models(planned);
    return field -> {
      Matcher model = MODEL_FIELD.matcher(field);
      if (!model.matches()) {
        return field.equals("type") ? Path.ROOT : FieldPaths.same(field);
      }
      int position = Integer.parseInt(model.group(1));
      if (planned.get(MODELS).isKnown() || position >= sent.size()) {
        return Path.of(planned.get(MODELS).isKnown() ? MODELS : PROVIDER_MODELS);
      }
      String name = sent.get(position).getAsJsonObject().get("name").getAsString();
      Path path = Path.of(PROVIDER_MODELS).key(name);
      for (Path.Step step : FieldPaths.same(model.group(2)).steps()) {
        if (step instanceof Path.Step.Attribute(var part) && !part.equals("name")) {
          path = path.attribute(part);
        }
      }
      return path;
    };
  }

  /**
   * A provider as a state shows it.
   *
   * @param reference what the state showed before: models stay in the form that was chosen, unless
   *     there are prices that only the other form can show
   */
  static Value.Structure read(JsonObject json, Value.Structure reference) {
    Map<String, Value> values = readCommon(json);
    boolean priced =
        reference.get(PROVIDER_MODELS).isKnown()
            || json.getAsJsonArray(PROVIDER_MODELS).asList().stream()
                .anyMatch(model -> model.getAsJsonObject().has("custom_pricing"));
    values.put(MODELS, priced ? Value.Null.NULL : readNames(json));
    values.put(PROVIDER_MODELS, priced ? readModels(json) : Value.Null.NULL);
    values.put(DELETION_PROTECTION, Value.bool(reference.bool(DELETION_PROTECTION).orElse(false)));
    return Value.Structure.of(values);
  }

  /** A provider as a data source shows it: models in both forms. */
  static Value.Structure readAll(JsonObject json) {
    Map<String, Value> values = readCommon(json);
    values.put(MODELS, readNames(json));
    values.put(PROVIDER_MODELS, readModels(json));
    return Value.Structure.of(values);
  }

  private static Map<String, Value> readCommon(JsonObject json) {
    var values = new TreeMap<String, Value>();
    SCALARS.forEach(field -> values.put(field, Json.scalar(json, field)));
    OUTPUTS.forEach(field -> values.put(field, Json.scalar(json, field)));
    values.put("id", Json.scalar(json, "name"));
    values.put("name", Json.scalar(json, "name"));
    values.put(
        "transcripts",
        Json.object(json, "transcripts", "record_input_messages", "record_output_messages"));
    values.put("openai_config", Json.object(json, "openai_config", "base_url", "api_key_ref"));
    values.put("google_config", Json.object(json, "google_config", "base_url", "api_key_ref"));
    values.put(
        "anthropic_config",
        Json.object(
            json, "anthropic_config", "base_url", "api_key_ref", "authorization_passthrough"));
    values.put(
        "openai_compatible_config",
        Json.object(json, "openai_compatible_config", "base_url", "api_key_ref", "stream_usage"));
    values.put("bedrock_config", readBedrock(json));
    return values;
  }

  private static Value readBedrock(JsonObject json) {
    if (!(Json.object(json, "bedrock_config", "region", "base_url")
        instanceof Value.Structure bedrock)) {
      return Value.Null.NULL;
    }
    JsonObject config = json.getAsJsonObject("bedrock_config");
    return bedrock
        .with(
            "static_credentials",
            Json.object(config, "static_credentials", "access_key_id_ref", "secret_access_key_ref"))
        .with(
            "assume_role",
            Json.object(config, "assume_role", "role_arn", "external_id", "session_name"));
  }

  private static Value readNames(JsonObject json) {
    return Value.set(Json.strings(json, MODELS));
  }

  private static Value readModels(JsonObject json) {
    var models = new TreeMap<String, Value>();
    for (JsonElement each : json.getAsJsonArray(PROVIDER_MODELS)) {
      JsonObject model = each.getAsJsonObject();
      models.put(
          model.get("name").getAsString(),
          Value.Structure.of(Map.of("custom_pricing", Prices.toUsd(model.get("custom_pricing")))));
    }
    return new Value.Entries(models);
  }
}
