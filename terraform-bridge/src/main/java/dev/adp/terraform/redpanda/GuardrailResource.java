package dev.adp.terraform.redpanda;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** {@code redpanda_guardrail}: the name of a guardrail that exists in AWS. */
final class GuardrailResource implements ManagedResource<Client> {
  static final String NAME = "redpanda_guardrail";
  static final String PATH = "/v1/guardrails";
  private static final String STATE = "state";
  private static final List<String> FIELDS =
      List.of("display_name", "description", "enabled", "bedrock_config");

  private static final List<Attribute> ATTRIBUTES =
      List.of(
          Common.name(),
          Common.displayName(),
          Common.description(),
          Attribute.defaulted(
              "enabled",
              Type.BOOL,
              Value.bool(true),
              "While it is false, providers that attach it take no calls."),
          Attribute.required(
              "bedrock_config",
              Nesting.SINGLE,
              List.of(
                  Attribute.required("region", Type.STRING, "AWS region of the guardrail.")
                      .where(Texts.given(Texts.AWS_REGION))
                      .sameWhen(Texts.SAME_STRIPPED),
                  Attribute.required("guardrail_identifier", Type.STRING, "Its id or ARN in AWS.")
                      .where(Texts.GUARDRAIL_IDENTIFIER),
                  Attribute.required(
                          "guardrail_version", Type.STRING, "A version number, or `DRAFT`.")
                      .where(Texts.GUARDRAIL_VERSION)),
              "The guardrail in AWS."),
          Common.id(),
          Attribute.computed(
                  STATE,
                  Type.STRING,
                  "`ACTIVE`, or `DELETING` when a deletion was broken off; the resource is then made"
                      + " anew.")
              .replacing(),
          Common.createdAt(),
          Common.updatedAt());

  private static final Schema SCHEMA =
      new Schema(
          0,
          "A guardrail of AWS Bedrock, under the name that providers attach it by. Its policies are"
              + " edited in AWS.",
          ATTRIBUTES);

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  /** Of the data source: found by its name. */
  static Schema dataSource() {
    var attributes = new ArrayList<Attribute>();
    for (Attribute attribute : ATTRIBUTES) {
      attributes.add(
          attribute.name().equals("name")
              ? Attribute.required("name", Type.STRING, "Name of the guardrail.")
                  .where(Texts.NAME_SYNTAX)
                  .where(Texts.NAME_LENGTH)
              : attribute.asComputed());
    }
    return new Schema(0, "A guardrail, by its name.", attributes);
  }

  @Override
  public void validate(Value.Structure config, Diagnostics diagnostics) {
    config
        .object("bedrock_config")
        .ifPresent(
            part -> {
              String arn = part.text("guardrail_identifier").orElse("");
              String region = part.text("region").orElse("").strip();
              String[] parts = arn.split(":", -1);
              if (Texts.GUARDRAIL_IDENTIFIER.violation(Value.text(arn)).isEmpty()
                  && !region.isEmpty()
                  && parts.length > 3
                  && !parts[3].equals(region)) {
                diagnostics.invalid(
                    Path.of("bedrock_config", "guardrail_identifier"),
                    "must be an ARN in region " + region);
              }
            });
  }

  @Override
  public void plan(PlannedChange change) {
    Common.planId(change);
    change.set(STATE, Value.text("ACTIVE"));
  }

  @Override
  public State create(Client client, Value.Structure planned, Value.Structure config) {
    JsonObject body = body(planned);
    String name = Common.name(planned);
    body.addProperty("name", name);
    Subject subject = subject(planned);
    JsonObject made = client.create(PATH, name, body, subject);
    return Common.made(planned, () -> state(client, subject, made));
  }

  @Override
  public Optional<State> read(Client client, State state) {
    Subject subject = subject(state.values());
    return client.get(path(state.values()), subject).map(json -> state(client, subject, json));
  }

  @Override
  public State update(Client client, State state, Value.Structure planned, Value.Structure config) {
    Subject subject = subject(planned);
    return state(
        client, subject, client.patch(path(planned), body(planned), Common.etag(state), subject));
  }

  @Override
  public void delete(Client client, State state) {
    client.delete(path(state.values()), Common.etag(state), subject(state.values()));
  }

  @Override
  public State imported(String id) {
    return Common.named(SCHEMA, id);
  }

  private static JsonObject body(Value.Structure planned) {
    var body = new JsonObject();
    FIELDS.forEach(field -> body.add(field, Json.write(planned.get(field))));
    return body;
  }

  static Value.Structure values(JsonObject json) {
    var values = new TreeMap<String, Value>();
    values.put("id", Json.scalar(json, "name"));
    for (String field :
        List.of(
            "name", "display_name", "description", "enabled", STATE, "created_at", "updated_at")) {
      values.put(field, Json.scalar(json, field));
    }
    values.put(
        "bedrock_config",
        Json.object(json, "bedrock_config", "region", "guardrail_identifier", "guardrail_version"));
    return new Value.Structure(values);
  }

  private static State state(Client client, Subject subject, JsonObject json) {
    return client.read(subject, json, answer -> new State(values(answer), Common.notes(answer)));
  }

  private static String path(Value.Structure values) {
    return PATH + "/" + Client.encoded(Common.name(values));
  }

  private static Subject subject(Value.Structure values) {
    return new Subject("guardrail", Common.name(values), NAME, FieldPaths::same);
  }
}
