package dev.adp.terraform.redpanda;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.State;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** {@code redpanda_service_account}: a machine that calls the API or the gateway. */
final class ServiceAccountResource implements ManagedResource<Client> {
  static final String NAME = "redpanda_service_account";
  static final String PATH = "/v1/service-accounts";
  private static final List<String> ROLES =
      List.of("Reader", "Writer", "LLMProviderInvoker", "TranscriptReader", "Admin");
  private static final List<String> FIELDS = List.of("display_name", "role", "agent");

  private static final Schema SCHEMA =
      Schema.of(
          "A machine that calls the API or the gateway. Its credentials are no part of it:"
              + " `redpanda_service_account_credential` makes one for a run of Terraform.",
          Common.name(),
          Common.displayName(),
          Attribute.required(
                  "role",
                  Type.STRING,
                  "What it may do: one of `" + String.join("`, `", ROLES) + "`.")
              .where(Texts.given(Rules.oneOf(ROLES))),
          Attribute.defaulted(
              "agent",
              Type.BOOL,
              Value.bool(false),
              "Whether its calls are attributed to an agent of its name."),
          Common.id(),
          Common.createdAt(),
          Common.updatedAt());

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void plan(PlannedChange change) {
    Common.planId(change);
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

  private static State state(Client client, Subject subject, JsonObject json) {
    return client.read(subject, json, ServiceAccountResource::state);
  }

  private static State state(JsonObject json) {
    var values = new TreeMap<String, Value>();
    values.put("id", Json.scalar(json, "name"));
    for (String field :
        List.of("name", "display_name", "role", "agent", "created_at", "updated_at")) {
      values.put(field, Json.scalar(json, field));
    }
    return new State(new Value.Structure(values), Common.notes(json));
  }

  private static String path(Value.Structure values) {
    return PATH + "/" + Client.encoded(Common.name(values));
  }

  private static Subject subject(Value.Structure values) {
    return new Subject("service account", Common.name(values), NAME, FieldPaths::same);
  }
}
