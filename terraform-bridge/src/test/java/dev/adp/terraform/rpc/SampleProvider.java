package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Attribute.Shape;
import dev.adp.terraform.schema.Attribute.Usage;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;
import dev.adp.terraform.sdk.EphemeralResource;
import dev.adp.terraform.sdk.Function;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.PlannedChange;
import dev.adp.terraform.sdk.Provider;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.State;
import dev.adp.terraform.sdk.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provider that has one of everything and needs no server. Nothing may be called "refused". */
final class SampleProvider implements Provider<String> {
  static final String THING = "sample_thing";
  static final String DATA = "sample_data";
  static final String TOKEN = "sample_token";
  static final String FUNCTION = "greet";
  static final Map<String, String> NOTES = Map.of("etag", "1");

  private static final List<Attribute> DEEP =
      List.of(Attribute.optional("deep", Type.NUMBER, "Deep."));
  static final Schema SCHEMA =
      new Schema(
          3,
          "A *thing*.",
          List.of(
              Attribute.required("name", Type.STRING, "Its name.")
                  .where(Rules.text(text -> !text.isEmpty(), "must not be empty"))
                  .replacing(),
              Attribute.optional("secret", Type.STRING, "Kept nowhere.")
                  .asSensitive()
                  .asWriteOnly(),
              Attribute.optional("one", Nesting.SINGLE, DEEP, "One."),
              Attribute.optional("many", Nesting.MAP, DEEP, "Many."),
              Attribute.computed("rows", Nesting.LIST, DEEP, "Rows."),
              Attribute.defaulted("on", Type.BOOL, Value.bool(true), "Whether it is on."),
              new Attribute(
                  "old",
                  new Shape.Plain(Type.STRING),
                  "Old.",
                  Usage.OPTIONAL,
                  false,
                  false,
                  Optional.empty(),
                  false,
                  false,
                  Value::equals,
                  List.of(),
                  "Use another one."),
              Attribute.computed("id", Type.STRING, "The same as name.")));
  static final Schema READ =
      Schema.of(
          "Read.",
          Attribute.required("name", Type.STRING, "Its name."),
          Attribute.computed("found", Type.STRING, "What was found."));

  /** Whether Terraform was told to stop. */
  boolean stopped;

  /** The notes of everything that was closed. */
  final List<Map<String, String>> closed = new ArrayList<>();

  private static void refuse(Value.Structure values) {
    if (values.text("name").equals(Optional.of("refused"))) {
      throw new Refusal(Diagnostic.error(Path.of("name"), "Refused", "Because of its name."));
    }
  }

  @Override
  public Schema schema() {
    return Schema.of("Samples.", Attribute.optional("name", Type.STRING, "Who calls."));
  }

  @Override
  public String configure(Value.Structure config) {
    refuse(config);
    return "client";
  }

  @Override
  public Map<String, ManagedResource<String>> resources() {
    return Map.of(THING, new Things());
  }

  @Override
  public Map<String, DataSource<String>> dataSources() {
    return Map.of(DATA, new Data());
  }

  @Override
  public Map<String, EphemeralResource<String>> ephemeralResources() {
    return Map.of(TOKEN, new Tokens());
  }

  @Override
  public Map<String, Function> functions() {
    return Map.of(FUNCTION, new Greeting());
  }

  @Override
  public void stop(String client) {
    stopped = true;
  }

  private static final class Things implements ManagedResource<String> {
    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public void plan(PlannedChange change) {
      change.set("id", change.planned().get("name"));
    }

    @Override
    public State create(String client, Value.Structure planned, Value.Structure config) {
      refuse(planned);
      if (planned.text("name").equals(Optional.of("unfinished"))) {
        throw new Unfinished(
            planned, List.of(Diagnostic.error("Unfinished", "It is there, but not as it should.")));
      }
      return new State(planned.with("rows", new Value.Sequence(List.of())), NOTES);
    }

    @Override
    public Optional<State> read(String client, State state) {
      refuse(state.values());
      return state.values().text("name").equals(Optional.of("gone"))
          ? Optional.empty()
          : Optional.of(state);
    }

    @Override
    public State update(
        String client, State state, Value.Structure planned, Value.Structure config) {
      return new State(planned.with("rows", new Value.Sequence(List.of())), state.notes());
    }

    @Override
    public void delete(String client, State state) {
      refuse(state.values());
    }

    @Override
    public State imported(String id) {
      return new State(Value.Structure.of(Map.of("name", Value.text(id))), NOTES);
    }
  }

  private static final class Data implements DataSource<String> {
    @Override
    public Schema schema() {
      return READ;
    }

    @Override
    public Value.Structure read(String client, Value.Structure config) {
      refuse(config);
      return config.with("found", Value.text(client));
    }
  }

  private final class Tokens implements EphemeralResource<String> {
    @Override
    public Schema schema() {
      return READ;
    }

    @Override
    public Opened open(String client, Value.Structure config) {
      refuse(config);
      return new Opened(config.with("found", Value.text(client)), NOTES);
    }

    @Override
    public void close(String client, Map<String, String> notes) {
      closed.add(notes);
    }
  }

  private static final class Greeting implements Function {
    @Override
    public String summary() {
      return "Greets";
    }

    @Override
    public String description() {
      return "Greets *somebody*.";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter("whom", Type.STRING, "Whom."));
    }

    @Override
    public Type result() {
      return Type.STRING;
    }

    @Override
    public Value call(List<Value> arguments) {
      if (arguments.getFirst() instanceof Value.Text(var whom) && !whom.isEmpty()) {
        return Value.text("Hello " + whom);
      }
      throw new BadArgument(0, "whom must not be empty");
    }
  }
}
