package dev.adp.terraform.redpanda;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;

/** {@code redpanda_secret}: a value that goes in and never comes out. */
final class SecretResource implements ManagedResource<Client> {
  static final String NAME = "redpanda_secret";
  private static final String PATH = "/v1/secrets";
  private static final String VALUE = "secret_data_wo";
  private static final String VERSION = "secret_data_wo_version";
  private static final int VALUE_BYTES_MAX = 65_536;

  private static final Schema SCHEMA =
      Schema.of(
          "A secret of the secret store, which providers refer to by its name. Its value is"
              + " write-only: Terraform keeps it neither in a plan nor in a state.",
          Attribute.required(
                  "name",
                  Type.STRING,
                  "Id of the secret, in UPPER_SNAKE_CASE. Another one makes a new secret.")
              .where(Texts.SECRET_REF)
              .replacing(),
          Attribute.required(
                  VALUE,
                  Type.STRING,
                  "The value, from 1 to 65,536 bytes. It is written when the secret is created and"
                      + " whenever `"
                      + VERSION
                      + "` changes.")
              .asSensitive()
              .asWriteOnly()
              .where(Rules.text(text -> !text.matches("[ \\t\\r\\n]*"), "must not be empty"))
              .where(
                  Rules.text(
                      text -> text.getBytes(StandardCharsets.UTF_8).length <= VALUE_BYTES_MAX,
                      "must have at most 65536 bytes")),
          Attribute.optional(
              VERSION,
              Type.NUMBER,
              "Any number; another one writes the value anew, since Terraform cannot see whether it"
                  + " has changed."),
          Attribute.optional("labels", new Type.MapOf(Type.STRING), "Names and values of your own.")
              .where(Texts.LABELS),
          Common.id(),
          Common.createdAt(),
          Common.updatedAt());

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void validate(Value.Structure config, Diagnostics diagnostics) {
    if (config.get("labels") instanceof Value.Entries(var labels)) {
      labels.forEach(
          (name, label) ->
              Texts.label(name, label)
                  .ifPresent(message -> diagnostics.invalid(Path.of("labels").key(name), message)));
    }
  }

  @Override
  public void plan(PlannedChange change) {
    Common.planId(change);
  }

  @Override
  public State create(Client client, Value.Structure planned, Value.Structure config) {
    String name = Common.name(planned);
    Subject subject = subject(planned);
    JsonObject visible = body(planned);
    visible.addProperty("id", name);
    JsonObject body = visible.deepCopy();
    body.addProperty("secret_data", value(config));
    // Its value is never shown, so that a secret is ours is known by its not having been there.
    if (client.get(path(planned), subject).isPresent()) {
      throw Refusals.exists(subject);
    }
    JsonObject made = client.create(PATH, name, body, visible, subject);
    return Common.made(planned, () -> state(client, subject, made, planned));
  }

  @Override
  public Optional<State> read(Client client, State state) {
    Subject subject = subject(state.values());
    return client
        .get(path(state.values()), subject)
        .map(json -> state(client, subject, json, state.values()));
  }

  @Override
  public State update(Client client, State state, Value.Structure planned, Value.Structure config) {
    JsonObject body = body(planned);
    if (!planned.get(VERSION).equals(state.values().get(VERSION))) {
      body.addProperty("secret_data", value(config));
    }
    Subject subject = subject(planned);
    JsonObject changed = client.put(path(planned), body, Common.etag(state), subject);
    return state(client, subject, changed, planned);
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
    body.add("labels", Json.write(planned.get("labels")));
    return body;
  }

  private static String value(Value.Structure config) {
    String value =
        config
            .text(VALUE)
            .orElseThrow(
                () ->
                    new Refusal(
                        Diagnostic.error(
                            Path.of(VALUE),
                            "The value is missing",
                            VALUE + " must have a value now, since it is to be written.")));
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private static State state(
      Client client, Subject subject, JsonObject json, Value.Structure reference) {
    return client.read(subject, json, answer -> state(answer, reference));
  }

  private static State state(JsonObject json, Value.Structure reference) {
    var labels = new TreeMap<String, Value>();
    json.getAsJsonObject("labels")
        .asMap()
        .forEach((name, value) -> labels.put(name, Value.text(value.getAsString())));
    var values = new TreeMap<String, Value>();
    values.put("id", Json.scalar(json, "id"));
    values.put("name", Json.scalar(json, "id"));
    values.put(VALUE, Value.Null.NULL);
    values.put(VERSION, reference.get(VERSION));
    values.put("labels", new Value.Entries(labels));
    values.put("created_at", Json.scalar(json, "created_at"));
    values.put("updated_at", Json.scalar(json, "updated_at"));
    return new State(new Value.Structure(values), Common.notes(json));
  }

  private static String path(Value.Structure values) {
    return PATH + "/" + Client.encoded(Common.name(values));
  }

  private static Subject subject(Value.Structure values) {
    return new Subject("secret", Common.name(values), NAME, SecretResource::path);
  }

  private static Path path(String field) {
    return switch (field) {
      case "id" -> Path.of("name");
      case "secret_data" -> Path.of(VALUE);
      default -> field.startsWith("labels") ? Path.of("labels") : Path.ROOT;
    };
  }
}
