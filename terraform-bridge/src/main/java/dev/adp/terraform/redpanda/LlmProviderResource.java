package dev.adp.terraform.redpanda;

import static dev.adp.terraform.redpanda.LlmProviderAttributes.CONFIGS;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.DELETION_PROTECTION;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.MODELS;
import static dev.adp.terraform.redpanda.LlmProviderAttributes.PROVIDER_MODELS;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code redpanda_llm_provider}: an upstream with a managed proxy URL. */
final class LlmProviderResource implements ManagedResource<Client> {
  static final String NAME = "redpanda_llm_provider";
  static final String PATH = "/v1/llm-providers";
  private static final Schema SCHEMA = LlmProviderAttributes.resource();

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void validate(Value.Structure config, Diagnostics diagnostics) {
    List<String> given = CONFIGS.stream().filter(name -> !config.get(name).isNull()).toList();
    List<String> known = given.stream().filter(name -> config.get(name).isKnown()).toList();
    boolean unsure = known.size() < given.size();
    if (known.size() > 1 || (!unsure && known.isEmpty())) {
      diagnostics.add(
          Diagnostic.error(
              known.isEmpty() ? Path.ROOT : Path.of(known.get(1)),
              "Exactly one configuration is required",
              "exactly one of " + String.join(", ", CONFIGS) + " is required."));
    }
    if (config.get(MODELS).isKnown() && config.get(PROVIDER_MODELS).isKnown()) {
      diagnostics.invalid(Path.of(PROVIDER_MODELS), "excludes models: give one of them");
    }
    if (!unsure
        && !known.isEmpty()
        && config.get("guardrail").isKnown()
        && config.get("bedrock_config").isNull()) {
      diagnostics.add(
          Diagnostic.error(
              Path.of("guardrail"),
              "Invalid guardrail",
              "guardrail: only AWS Bedrock providers can have a guardrail."));
    }
    config.object("anthropic_config").ifPresent(part -> validateAnthropic(part, diagnostics));
    config
        .object("bedrock_config")
        .filter(part -> part.get("assume_role").isKnown())
        .filter(part -> part.get("static_credentials").isKnown())
        .ifPresent(
            _ ->
                diagnostics.invalid(
                    Path.of("bedrock_config", "assume_role"),
                    "excludes static_credentials: give one of them, or none for the default"
                        + " chain"));
  }

  private static void validateAnthropic(Value.Structure config, Diagnostics diagnostics) {
    Path path = Path.of("anthropic_config", "api_key_ref");
    boolean passthrough = config.bool("authorization_passthrough").orElse(false);
    if (config.get("api_key_ref").isKnown() && passthrough) {
      diagnostics.invalid(path, "must be empty when authorization_passthrough is on");
    }
    if (config.get("api_key_ref").isNull()
        && !passthrough
        && !config.get("authorization_passthrough").isUnknown()) {
      diagnostics.invalid(path, "is required unless authorization_passthrough is on");
    }
  }

  @Override
  public void plan(PlannedChange change) {
    Common.planId(change);
    change.set("type", type(change.planned()));
  }

  /** A lone configuration decides, also when its content is not known yet: it must be the one. */
  private static Value type(Value.Structure planned) {
    List<String> given = CONFIGS.stream().filter(name -> !planned.get(name).isNull()).toList();
    return given.size() == 1
        ? Value.text(
            "LLM_PROVIDER_TYPE_" + given.getFirst().replace("_config", "").toUpperCase(Locale.ROOT))
        : Value.Unknown.UNKNOWN;
  }

  @Override
  public void planDeletion(Value.Structure state, Diagnostics diagnostics) {
    if (state.bool(DELETION_PROTECTION).orElse(false)) {
      diagnostics.add(
          Diagnostic.error(
              Path.of(DELETION_PROTECTION),
              "LLM provider \"%s\" is protected".formatted(Common.name(state)),
              "deletion_protection is true, so it is neither deleted nor replaced. Apply"
                  + " deletion_protection = false first; before that, terraform untaint if it is tainted."));
    }
  }

  @Override
  public State create(Client client, Value.Structure planned, Value.Structure config) {
    JsonObject body = LlmProviderJson.write(planned);
    String name = Common.name(planned);
    body.addProperty("name", name);
    Subject subject = subject(planned);
    JsonObject made = client.create(PATH, name, body, subject);
    return Common.made(planned, () -> state(client, subject, made, planned));
  }

  @Override
  public Optional<State> read(Client client, State state) {
    Value.Structure values = state.values();
    Subject subject = subject(values);
    return client.get(path(values), subject).map(json -> state(client, subject, json, values));
  }

  @Override
  public State update(Client client, State state, Value.Structure planned, Value.Structure config) {
    Subject subject = subject(planned);
    JsonObject changed =
        client.patch(path(planned), LlmProviderJson.write(planned), Common.etag(state), subject);
    return state(client, subject, changed, planned);
  }

  @Override
  public void delete(Client client, State state) {
    // A taint or -replace deletes without a plan of the deletion, so this is asked again.
    var diagnostics = new Diagnostics();
    planDeletion(state.values(), diagnostics);
    if (diagnostics.hasErrors()) {
      throw new Refusal(diagnostics.all());
    }
    client.delete(path(state.values()), Common.etag(state), subject(state.values()));
  }

  @Override
  public State imported(String id) {
    return Common.named(SCHEMA, id);
  }

  private static State state(
      Client client, Subject subject, JsonObject json, Value.Structure reference) {
    return client.read(
        subject,
        json,
        answer -> new State(LlmProviderJson.read(answer, reference), Common.notes(answer)));
  }

  private static String path(Value.Structure values) {
    return PATH + "/" + Client.encoded(Common.name(values));
  }

  private static Subject subject(Value.Structure values) {
    return new Subject("LLM provider", Common.name(values), NAME, LlmProviderJson.paths(values));
  }
}
